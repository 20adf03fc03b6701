namespace Slipway.Engine.Containers.Requests;

/// <summary>The mode of a namespace (network, pid, ipc) that is another container's: <c>container:NAME</c>, as docker writes it.</summary>
public static class SharedMode
{
    /// <summary>What such a mode begins with.</summary>
    public const string Prefix = "container:";

    /// <summary>Whose namespace a mode means, by name or id; null for other modes.</summary>
    public static string? ContainerOf(string? mode) => mode?.StartsWith(Prefix, StringComparison.Ordinal) == true ? mode[Prefix.Length..] : null;

    /// <summary>The mode that means a container's.</summary>
    public static string Of(string container) => Prefix + container;
}
