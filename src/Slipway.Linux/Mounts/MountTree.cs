using static Slipway.Linux.Mounts.MountCalls;

namespace Slipway.Linux.Mounts;

/// <summary>Mounts by their descriptors (open_tree(2), mount_setattr(2), move_mount(2)).</summary>
public static unsafe class MountTree
{
    private const ulong MS_PRIVATE = 1 << 18, MOUNT_ATTR_IDMAP = 1 << 20;

    /// <summary>A detached copy of the mount that an open file is on, showing that file or directory; gone when the handle closes.</summary>
    public static SafeFd Clone(SafeFd place, bool recursive = false)
    {
        byte empty = 0;
        uint flags = OPEN_TREE_CLONE | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
        return Check.Fd(OpenTree(place.Number, &empty, flags), "open_tree");
    }

    /// <summary>Sets and clears attributes of a mount; with <paramref name="recursive"/> of all below it too.</summary>
    public static void SetAttributes(SafeFd mount, MountAttributes set, MountAttributes clear = MountAttributes.None, bool recursive = false)
    {
        byte empty = 0;
        var attributes = new MountAttr { attr_set = (ulong)set, attr_clr = (ulong)clear };
        Check.Result(MountSetattr(mount.Number, &empty, AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes), "mount_setattr");
    }

    /// <summary>Takes a tree out of its group: what is mounted in it reaches no other mount, and nothing comes from one (mount_namespaces(7)).</summary>
    public static void MakePrivate(SafeFd mount)
    {
        byte empty = 0;
        var attributes = new MountAttr { propagation = MS_PRIVATE };
        Check.Result(MountSetattr(mount.Number, &empty, AT_EMPTY_PATH | AT_RECURSIVE, &attributes), "mount_setattr");
    }

    /// <summary>Maps the ids of a detached tree by those of a user namespace: what is 0 on the disk is the namespace's 0 there (Linux 5.12).</summary>
    /// <exception cref="LinuxException">EINVAL: its file system can't, or is none that the kernel maps; EPERM: it is mapped already.</exception>
    public static void MapIds(SafeFd mount, SafeFd userNamespace)
    {
        byte empty = 0;
        var attributes = new MountAttr { attr_set = MOUNT_ATTR_IDMAP, userns_fd = (ulong)userNamespace.Number };
        Check.Result(MountSetattr(mount.Number, &empty, AT_EMPTY_PATH, &attributes), "map ids");
    }

    /// <summary>Attaches a detached mount at an open file or directory.</summary>
    public static void Attach(SafeFd mount, SafeFd place)
    {
        byte empty = 0;
        Check.Result(MoveMount(mount.Number, &empty, place.Number, &empty, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH), "move_mount");
    }
}
