using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

/// <summary>
/// Keeps a running container still while its files are read. A mark beside its state says that the pause is ours, and a lock on
/// it that we are alive: of a pause whose owner was killed, whoever looks at the container next makes an end. One that the user
/// paused stays paused.
/// </summary>
internal sealed class CommitPause : IDisposable
{
    private const string MarkName = "commit.paused", LockName = "commit.lock";

    private readonly FileLock? _lock;
    private readonly string _mark;
    private readonly Cgroup? _cgroup;

    private CommitPause(FileLock? held, string mark, Cgroup? cgroup)
    {
        _lock = held;
        _mark = mark;
        _cgroup = cgroup;
    }

    /// <summary>Pauses the container if it runs; a second commit of it waits here for the first.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static CommitPause Begin(string runDir, CancellationToken cancel)
    {
        string mark = Path.Combine(runDir, MarkName);
        if (ContainerProbe.ReadState(runDir) is null)
            return new(null, mark, null);
        FileLock held = FileLock.Acquire(Path.Combine(runDir, LockName), cancellation: cancel);
        try
        {
            // Again: it may have ended, or been paused, while we waited.
            if (ContainerProbe.ReadState(runDir) is not { } state || !ContainerProbe.IsAlive(state) || Cgroup.Open(state.CgroupPaths) is var cgroup && cgroup.IsFrozen())
                return new(held, mark, null);
            File.WriteAllBytes(mark, []);
            var pause = new CommitPause(held, mark, cgroup);
            pause.Freeze();
            return pause;
        }
        catch (Exception e) when (TellsOfAnEnd(e, runDir))
        {
            // It has ended between our look and this, and its cgroup with it: nothing of it moves any more.
            return new(held, mark, null);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Ends the pause of a commit that was killed; false where there is none.</summary>
    public static bool EndAbandoned(string runDir, ContainerState state)
    {
        string mark = Path.Combine(runDir, MarkName);
        if (!File.Exists(mark) || FileLock.TryAcquire(Path.Combine(runDir, LockName)) is not { } held)
            return false;
        using var abandoned = new CommitPause(held, mark, Cgroup.Open(state.CgroupPaths));
        return File.Exists(mark);
    }

    /// <summary>For a pause of the user's: waits for a commit that holds the container, and clears what a killed one left.</summary>
    public static IDisposable TakeTurn(string runDir, Cgroup cgroup)
    {
        string mark = Path.Combine(runDir, MarkName);
        FileLock held = FileLock.Acquire(Path.Combine(runDir, LockName));
        if (File.Exists(mark))
        {
            cgroup.Thaw();
            File.Delete(mark);
        }
        return held;
    }

    /// <summary>Lets it go on, if this stopped it.</summary>
    public void Dispose()
    {
        // The mark goes last: until then a kill leaves somebody else to do this.
        _cgroup?.Thaw();
        if (_cgroup is not null)
            File.Delete(_mark);
        _lock?.Dispose();
    }

    // A group that is gone has no file to freeze it by, as on a host whose groups can't.
    private static bool TellsOfAnEnd(Exception e, string runDir) => e is LinuxException { Errno: Errno.ENOENT or Errno.ENODEV }
        || (e is SlipwayException { Kind: ErrorKind.NotSupported } && (ContainerProbe.ReadState(runDir) is not { } state || !ContainerProbe.IsAlive(state)));

    private void Freeze()
    {
        try
        {
            _cgroup!.Freeze();
        }
        catch
        {
            File.Delete(_mark);
            throw;
        }
    }
}
