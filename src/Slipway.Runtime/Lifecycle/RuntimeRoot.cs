using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Runtime.Lifecycle;

/// <summary>
/// The directory in which an OCI runtime keeps its containers between two calls (<c>--root</c>): ROOT/ID with config.json as it was at create,
/// state.json, exec.fifo while the container waits to be started, and a lock that orders the calls on one container.
/// </summary>
/// <param name="path">Absolute; made with mode 0700 when it is missing.</param>
public sealed class RuntimeRoot(string path)
{
    private const int MaxId = 1024;

    /// <summary>Where root keeps them; gone after a reboot, like the containers.</summary>
    public const string Default = "/run/slip-runtime";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory.</summary>
    public string Path { get; } = path;

    /// <summary>Makes the directory of a new container and locks it.</summary>
    /// <exception cref="SlipwayException">AlreadyExists; InvalidArgument: the id is not one.</exception>
    public ContainerDirectory Create(string id)
    {
        CheckId(id);
        Directory.CreateDirectory(Path, OwnerOnly);
        string directory = System.IO.Path.Combine(Path, id);
        if (!ContainerDirectory.TryMake(directory))
            throw new SlipwayException(ErrorKind.AlreadyExists, $"container with id exists: {Printable.Escape(id)}");
        return ContainerDirectory.Open(directory) ?? throw NoSuch(id);
    }

    /// <summary>Opens and locks a container's directory.</summary>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: the id is not one.</exception>
    public ContainerDirectory Open(string id) => TryOpen(id) ?? throw NoSuch(id);

    /// <summary>Opens a container's directory without its lock, to look.</summary>
    /// <inheritdoc cref="Open"/>
    public ContainerDirectory Look(string id)
    {
        CheckId(id);
        return ContainerDirectory.Look(System.IO.Path.Combine(Path, id)) ?? throw NoSuch(id);
    }

    /// <summary>As <see cref="Open"/>; null where there is no such container.</summary>
    public ContainerDirectory? TryOpen(string id)
    {
        CheckId(id);
        return ContainerDirectory.Open(System.IO.Path.Combine(Path, id));
    }

    /// <summary>The ids of all containers, sorted.</summary>
    public IReadOnlyList<string> Ids() => !Directory.Exists(Path)
        ? []
        : [.. Directory.EnumerateDirectories(Path).Select(directory => System.IO.Path.GetFileName(directory)).Where(name => !name.StartsWith('@')).Order(StringComparer.Ordinal)];

    // It becomes a file name here and in cgroupfs.
    private static void CheckId(string id)
    {
        bool plain = id.Length is > 0 and <= MaxId && id is not ("." or "..")
            && !id.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.");
        if (!plain)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid container id '{Printable.Escape(id)}': letters, digits, and _ + - . are allowed");
    }

    private static SlipwayException NoSuch(string id) => new(ErrorKind.NotFound, $"container \"{Printable.Escape(id)}\" does not exist");
}
