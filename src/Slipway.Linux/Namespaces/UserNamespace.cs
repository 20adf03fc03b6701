using Slipway.Linux.Processes;

namespace Slipway.Linux.Namespaces;

/// <summary>A user namespace for its maps alone, with nobody in it (user_namespaces(7)).</summary>
public static class UserNamespace
{
    /// <summary>Makes one; it lives as long as the handle, or what was made with it.</summary>
    /// <param name="uidMap">Text for uid_map: lines of the first id inside, the first outside, the count.</param>
    /// <param name="gidMap">The same for gid_map.</param>
    /// <exception cref="LinuxException">EPERM: this process may not. EINVAL: the maps make no sense.</exception>
    public static SafeFd Make(string uidMap, string gidMap)
    {
        (SafeFd made, _) = Make(uidMap, gidMap, CloneFlags.None, null);
        return made;
    }

    /// <summary>As above, with a new network namespace that belongs to it.</summary>
    public static (SafeFd User, SafeFd Network) MakeWithNetwork(string uidMap, string gidMap)
    {
        (SafeFd user, SafeFd? network) = Make(uidMap, gidMap, CloneFlags.CLONE_NEWNET, "net");
        return (user, network!);
    }

    private static (SafeFd User, SafeFd? Other) Make(string uidMap, string gidMap, CloneFlags other, string? kind)
    {
        // A process lives in it until the maps are written and somebody else holds it.
        using var program = new ChildProgram(1, 0);
        program.Add(ChildOpKind.Checkpoint, 0, [0, 1, 0], 0, -1, 0, [], 0, 0);
        SafeFd? made = null, besides = null;
        _ = ChildProcess.Start(program, CloneFlags.CLONE_NEWUSER | other, cgroup: null, reached: waiting =>
        {
            SmallFile.Write($"/proc/{waiting.Child.Pid}/uid_map", uidMap);
            SmallFile.Write($"/proc/{waiting.Child.Pid}/gid_map", gidMap);
            made = SmallFile.Open($"/proc/{waiting.Child.Pid}/ns/user");
            besides = kind is null ? null : SmallFile.Open($"/proc/{waiting.Child.Pid}/ns/{kind}");
        });
        return made is not null ? (made, besides) : throw new LinuxException("make a user namespace", Errno.ECHILD);
    }
}
