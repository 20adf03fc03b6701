namespace Slipway.Engine.Containers;

/// <summary>What is mounted.</summary>
public enum MountKind
{
    /// <summary>A directory or file of the host.</summary>
    Bind,

    /// <summary>A volume of the engine.</summary>
    Volume,
}

/// <summary>One mount of a container, as asked for.</summary>
/// <param name="Kind">Volume or bind mount.</param>
/// <param name="Source">The host's absolute path, or the volume's name.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="ReadOnly">Whether the container may only read it.</param>
/// <param name="Anonymous">The volume was made for this container and goes with <c>rm -v</c> or <c>--rm</c>.</param>
public sealed record MountRequest(MountKind Kind, string Source, string Target, bool ReadOnly, bool Anonymous = false);
