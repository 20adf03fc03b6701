namespace Slipway.Engine.Networks;

/// <summary>A port of a container that shall be reached through the host.</summary>
/// <param name="ContainerPort">The port in the container.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="HostAddress">The host's address; null: every one.</param>
/// <param name="FirstHostPort">The host's port, or the first of those that may be taken; 0: any that is free.</param>
/// <param name="LastHostPort">The last of them.</param>
public sealed record PortRequest(ushort ContainerPort, string Protocol, string? HostAddress, ushort FirstHostPort, ushort LastHostPort)
{
    /// <summary>As docker names a container's port: <c>80/tcp</c>.</summary>
    public string Key => $"{ContainerPort}/{Protocol}";
}
