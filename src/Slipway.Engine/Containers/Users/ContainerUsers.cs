using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers.Users;

/// <summary>
/// A container's own ids while it is started: its user namespace, and what of the host's files it sees with its ids. What is on the disk keeps the
/// container's ids (0 is its root), so that a layer, a diff, a commit or a volume is the same whether its container is mapped or not, and whichever range it has.
/// </summary>
internal sealed class ContainerUsers : IDisposable
{
    private readonly EngineContext _context;
    private SafeFd? _network;

    private ContainerUsers(EngineContext context, OwnerMap map, SafeFd user, SafeFd? network)
    {
        _context = context;
        Map = map;
        Namespace = user;
        _network = network;
    }

    /// <summary>Which ids these are on the host.</summary>
    public OwnerMap Map { get; }

    /// <summary>The user namespace.</summary>
    public SafeFd Namespace { get; }

    /// <summary>The ids of a container; null where they are the host's.</summary>
    public static OwnerMap? MapOf(EngineContext context, ContainerRecord record) =>
        !UserMode.IsMapped(record.Request.Security) ? null
        : UserMode.MapsOf(record.Request.Security) ?? context.IdRanges.Find(record.Id) ?? throw new SlipwayException(ErrorKind.Corrupt, $"container {record.Id} has no range of ids");

    /// <summary>Makes the namespace of a container that is to be started; null where its ids are the host's.</summary>
    public static ContainerUsers? Make(EngineContext context, ContainerRecord record)
    {
        if (MapOf(context, record) is not { } map)
            return null;
        string uids = OwnerMap.TextOf(map.Uids), gids = OwnerMap.TextOf(map.Gids);
        try
        {
            // A network namespace that is given must be this user namespace's, or its root could set nothing in it.
            if (!NetworkManager.IsConnected(record.Request))
                return new(context, map, UserNamespace.Make(uids, gids), null);
            (SafeFd user, SafeFd network) = UserNamespace.MakeWithNetwork(uids, gids);
            return new(context, map, user, network);
        }
        catch (LinuxException e)
        {
            throw new SlipwayException(e.Errno is Errno.EPERM or Errno.ENOSPC ? ErrorKind.Denied : ErrorKind.InvalidArgument, $"make the user namespace of container {record.Name}: {e.Message}", e)
            {
                Hint = e.Errno is Errno.ENOSPC or Errno.EPERM ? "the host allows no (more) user namespaces: see /proc/sys/user/max_user_namespaces" : "--uidmap and --gidmap: ranges may not overlap",
            };
        }
    }

    /// <summary>
    /// Does something in a thread whose new files are the container's root's, as far as it has ids of its own: below mounts with its ids nobody makes a file
    /// whose owner it doesn't have. An overlay's own files are those of whoever mounts it.
    /// </summary>
    public static void AsRootOf(OwnerMap? map, Action work)
    {
        if (map is null)
        {
            work();
            return;
        }
        (uint uid, uint gid) = map.Outside((0, 0));
        ForeignOwner.Do(uid, gid, work);
    }

    /// <summary>The network namespace that belongs to it: the caller's from then on.</summary>
    public SafeFd TakeNetwork()
    {
        SafeFd network = _network ?? throw new InvalidOperationException("there is no network namespace to take");
        _network = null;
        return network;
    }

    /// <summary>Stacks up layers with these ids, attached nowhere.</summary>
    public SafeFd OpenOverlay(OverlayRoot overlay) => OpenOverlay(overlay.LowersTopFirst, overlay.Upper, overlay.Work, overlay.Volatile);

    /// <inheritdoc cref="OpenOverlay(OverlayRoot)"/>
    public SafeFd OpenOverlay(IReadOnlyList<string> lowersTopFirst, string? upper = null, string? work = null, bool isVolatile = false)
    {
        string data = _context.Options.DataRoot;
        using SafeFd place = FileDescriptor.Open(data, OpenFlags.Path | OpenFlags.Directory);
        using var tree = new DirFd(MountTree.Clone(place));
        MountTree.MakePrivate(tree.Handle);
        MapIds(tree.Handle, data);
        SafeFd? made = null;
        // Attached, in a mount namespace of a thread's: kernels before 6.15 take no layer from a mount that is attached nowhere.
        AsRootOf(Map, () => PrivateMounts.With(
            tree, [], data, root => made = OverlayMount.OpenDetached(lowersTopFirst, upper, work, new OverlayPlaces(root, data), isVolatile)));
        return made!;
    }

    /// <summary>Shows a tree that is attached nowhere with these ids.</summary>
    /// <param name="tree">Whose ids are as on the disk.</param>
    /// <param name="what">Its name, for the error.</param>
    public void MapIds(SafeFd tree, string what)
    {
        try
        {
            MountTree.MapIds(tree, Namespace);
        }
        catch (LinuxException e) when (e.Errno is Errno.EINVAL or Errno.EPERM)
        {
            throw new SlipwayException(ErrorKind.NotSupported, $"--userns: show '{what}' with a container's ids: {e.Message}", e)
            {
                Hint = e.Errno is Errno.EINVAL ? "its file system can't on this kernel: ext4, xfs, btrfs can, and tmpfs from Linux 6.3 on" : "it is shown with another container's ids already",
            };
        }
    }

    /// <summary>Makes files of the host's, which the container gets as they are, its root's.</summary>
    public void GiveToRoot(IEnumerable<string> paths)
    {
        (uint uid, uint gid) = Map.Outside((0, 0));
        foreach (string path in paths)
        {
            using SafeFd file = FileDescriptor.Open(path, OpenFlags.Path);
            file.SetOwner(uid, gid);
        }
    }

    public void Dispose()
    {
        Namespace.Dispose();
        _network?.Dispose();
    }
}
