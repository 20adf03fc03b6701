using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Lifecycle;

/// <summary>
/// The processes of a container. Of a cgroup that is its own: all in it. Of one that it shares: the first, and those in the mount namespace
/// (without one, the pid namespace) that was made for it, which nobody else gets into unasked. A process that can't be told from the others is left alone.
/// </summary>
internal sealed class OwnProcesses : IDisposable
{
    private readonly Cgroup _cgroup;
    private readonly int _first;
    private readonly string? _kind;

    // Held open, so that its number can't come to mean another one once the first process has ended.
    private readonly SafeFd? _namespace;

    private OwnProcesses(Cgroup cgroup, int first, string? kind, SafeFd? held)
    {
        (_cgroup, _first, _kind, _namespace) = (cgroup, first, kind, held);
        IsAlone = false;
    }

    private OwnProcesses(Cgroup cgroup)
    {
        _cgroup = cgroup;
        IsAlone = true;
    }

    /// <summary>Whether the cgroup is the container's own.</summary>
    public bool IsAlone { get; }

    /// <summary>To be called while the first process is there, which is what proves the rest.</summary>
    /// <param name="cgroup">Where they are.</param>
    /// <param name="linux">The container's namespaces.</param>
    /// <param name="first">A handle on its first process; null when that has ended.</param>
    /// <param name="pid">Its number.</param>
    public static OwnProcesses Of(Cgroup cgroup, LinuxSpec? linux, SafeFd? first, int pid)
    {
        if (!cgroup.IsShared())
            return new OwnProcesses(cgroup);
        string? kind = Made(linux, "mount") ? "mnt" : Made(linux, "pid") ? "pid" : null;
        SafeFd? held = first is null || kind is null ? null : TryOpen($"/proc/{pid}/ns/{kind}");
        // What was opened belongs to the first process if that is there still: signal 0 asks (kill(2)).
        if (first is not null && PidFd.Signal(first, 0))
            return new OwnProcesses(cgroup, pid, kind, held);
        held?.Dispose();
        return new OwnProcesses(cgroup, 0, null, null);
    }

    /// <summary>Their ids.</summary>
    public IReadOnlyList<int> Ids() => [.. _cgroup.Processes().Where(Owns)];

    /// <summary>Sends them a signal.</summary>
    public void Signal(int signal) => _cgroup.Signal(signal, Owns);

    /// <summary>Kills them all, and removes the cgroup unless others are in it.</summary>
    /// <exception cref="Oci.SlipwayException">As <see cref="Cgroup.Kill()"/>.</exception>
    public void KillAndRemoveCgroup()
    {
        if (IsAlone)
            _cgroup.Kill();
        else
            _cgroup.Kill(Owns);
        _cgroup.Remove();
    }

    public void Dispose() => _namespace?.Dispose();

    // Asked with a handle on the process open, so that its number means the same before and after.
    private bool Owns(int pid)
    {
        if (IsAlone || pid == _first)
            return true;
        if (_namespace is null)
            return false;
        using SafeFd? its = TryOpen($"/proc/{pid}/ns/{_kind}");
        return its is not null && FileKind.Of(its).Inode == FileKind.Of(_namespace).Inode;
    }

    private static bool Made(LinuxSpec? linux, string type) => linux?.Namespaces?.Any(entry => entry.Type == type && entry.Path is null or "") == true;

    private static SafeFd? TryOpen(string path)
    {
        try
        {
            return SmallFile.Open(path);
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ESRCH or Errno.EACCES)
        {
            return null;
        }
    }
}
