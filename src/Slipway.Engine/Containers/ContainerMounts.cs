using System.Text;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Volumes;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.State;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers;

/// <summary>
/// A container's own mounts as the runtime's configuration names them. A directory of the host's goes by its path; what a path doesn't lead to
/// safely (below a volume, whose content is a container's) or at all (an image, a file system in memory) goes as a tree that is opened here.
/// </summary>
internal sealed class ContainerMounts(EngineContext context, ContainerRecord record, GivenDescriptors given)
{
    /// <summary>The ids of its own that the container has; null: the host's. Volumes and images show theirs with them; a directory of the host's stays as it is.</summary>
    public ContainerUsers? Users { get; init; }

    /// <summary>All of them, outer ones first.</summary>
    public IEnumerable<MountSpec> Build() => record.Request.Mounts.OrderBy(m => m.Target, StringComparer.Ordinal).Select(m => m.Kind switch
    {
        MountKind.Bind => Bind(m, m.Source),
        MountKind.Tmpfs => Tmpfs(m),
        MountKind.Image => Tree(m, OpenImage(m)),
        _ => Volume(m, context.Volumes.Get(m.Source)),
    });

    /// <summary>The same as trees, each with its place, for whoever looks at the container without running it; nothing of what is in memory is there.</summary>
    public IReadOnlyList<(SafeFd Tree, string Target)> OpenTrees()
    {
        foreach (MountRequest mount in record.Request.Mounts.Where(m => m.Kind is not MountKind.Tmpfs).OrderBy(m => m.Target, StringComparer.Ordinal))
        {
            SafeFd tree = mount.Kind switch
            {
                MountKind.Bind => Whole(mount.Source, !mount.NonRecursive),
                MountKind.Image => OpenImage(mount),
                _ => OpenVolume(mount, context.Volumes.Get(mount.Source)),
            };
            if (mount.ReadOnly)
                MountTree.SetAttributes(tree, MountAttributes.ReadOnly, recursive: !mount.WritableBelow);
            given.Add(tree);
        }
        return [.. given.All.Zip(record.Request.Mounts.Where(m => m.Kind is not MountKind.Tmpfs).OrderBy(m => m.Target, StringComparer.Ordinal).Select(m => m.Target))];
    }

    /// <summary>How mounts reach the container's root: as far as one of its own mounts asks for.</summary>
    public static string? RootPropagation(ContainerRequest request)
    {
        string[] asked = [.. request.Mounts.Select(m => m.Propagation).OfType<string>()];
        return asked.Any(p => p is "shared" or "rshared") ? "rshared" : asked.Any(p => p is "slave" or "rslave") ? "rslave" : null;
    }

    private static MountSpec Bind(MountRequest mount, string source)
    {
        if (mount.Propagation is { } propagation && propagation.TrimStart('r') is "shared" or "slave")
            MountGroup.Require(source, propagation);
        return new()
        {
            Destination = mount.Target,
            Type = "bind",
            Source = source,
            Options =
            [
                mount.NonRecursive ? "bind" : "rbind", mount.Propagation ?? "rprivate", mount.ReadOnly ? "ro" : "rw",
                .. mount.ReadOnly && !mount.WritableBelow && !mount.NonRecursive ? ["rro"] : (string[])[],
            ],
        };
    }

    private static MountSpec Tmpfs(MountRequest mount) => new()
    {
        Destination = mount.Target,
        Type = "tmpfs",
        Source = "tmpfs",
        Options = ["nosuid", "nodev", "noexec", .. (mount.Options ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries), .. mount.ReadOnly ? ["ro"] : (string[])[]],
    };

    private MountSpec Volume(MountRequest mount, VolumeRecord volume) =>
        volume.Options.Count == 0 && mount.Subpath is null ? Mapped(Bind(mount, volume.Mountpoint)) : Tree(mount, OpenVolume(mount, volume));

    private MountSpec Mapped(MountSpec mount) => Users is null ? mount : mount with { Options = [.. mount.Options!, "idmap"] };

    private SafeFd OpenVolume(MountRequest mount, VolumeRecord volume)
    {
        if (volume.Options.Count == 0)
            return mount.Subpath is null ? Whole(volume.Mountpoint, recursive: true) : Below(volume.Mountpoint, mount);
        SafeFd whole = FromNeighbour(volume) ?? VolumeMount.Open(volume);
        return mount.Subpath is null ? whole : Below(whole, mount);
    }

    private static SafeFd Whole(string path, bool recursive)
    {
        using SafeFd place = FileDescriptor.Open(path, OpenFlags.Path);
        SafeFd tree = MountTree.Clone(place, recursive);
        MountTree.MakePrivate(tree);
        return tree;
    }

    private MountSpec Tree(MountRequest mount, SafeFd tree)
    {
        // An overlay as a whole can't be mapped: an image's layers are.
        if (mount.Kind is not MountKind.Image)
            Users?.MapIds(tree, mount.Source);
        if (mount.ReadOnly)
            MountTree.SetAttributes(tree, MountAttributes.ReadOnly, recursive: true);
        return new() { Destination = mount.Target, Type = "tree", Source = given.Add(tree) };
    }

    private SafeFd OpenImage(MountRequest mount)
    {
        List<string> lowers = context.LowersOf(context.Store.Images.Get(mount.Options ?? mount.Source));
        SafeFd whole = Users?.OpenOverlay(lowers) ?? OverlayMount.OpenDetached(lowers, null, null);
        return mount.Subpath is null ? whole : Below(whole, mount);
    }

    private static SafeFd Below(string directory, MountRequest mount)
    {
        using DirFd root = DirFd.Open(directory);
        return Below(root, mount);
    }

    private static SafeFd Below(SafeFd whole, MountRequest mount)
    {
        using var root = new DirFd(whole);
        return Below(root, mount);
    }

    // What is there may be a container's work: a link that leads out of the volume is not followed.
    private static SafeFd Below(DirFd root, MountRequest mount)
    {
        try
        {
            using SafeFd place = root.OpenPath(Encoding.UTF8.GetBytes(mount.Subpath!), OpenFlags.Path, 0, Resolve.Beneath);
            SafeFd tree = MountTree.Clone(place);
            MountTree.MakePrivate(tree);
            return tree;
        }
        catch (LinuxException e)
        {
            // dockerd's words for a way out; clients look for them.
            string what = e.Errno is Errno.EXDEV ? "path concatenation escapes the base directory" : LinuxException.Explain(e.Errno);
            throw new SlipwayException(e.Errno is Errno.ENOENT ? ErrorKind.NotFound : ErrorKind.InvalidArgument,
                $"cannot access path '{Printable.Escape(mount.Subpath!)}' in '{mount.Source}': {what}", e)
            {
                Hint = e.Errno is Errno.EXDEV ? "a link on the way leads out of it" : e.Errno is Errno.EINVAL ? "Linux before 6.15 mounts no part of what is attached nowhere" : null,
            };
        }
    }

    // A file system in memory that a running container has is the volume's content; a new one would be another, empty.
    private SafeFd? FromNeighbour(VolumeRecord volume)
    {
        if (VolumeDriver.IsBind(volume.Options) || volume.Options["type"] is not ("tmpfs" or "ramfs"))
            return null;
        var containers = new ContainerManager(context);
        foreach (string id in context.Volumes.UsersOf(volume.Name))
        {
            if (id == record.Id || containers.Find(id) is not { IsRunning: true } other || ContainerProbe.ReadState(context.Paths.Run(id)) is not { } state)
                continue;
            if (other.Request.Mounts.FirstOrDefault(m => m is { Kind: MountKind.Volume, Subpath: null, ReadOnly: false } && m.Source == volume.Name) is not { } mounted)
                continue;
            SafeFd tree = ForeignMount.Clone(state.Pid, mounted.Target);
            if (ContainerProbe.IsAlive(state))
                return tree;
            tree.Dispose();
        }
        return null;
    }
}
