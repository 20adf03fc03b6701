using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Runtime.Restarting;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>
    /// Starts a container again after its policy: called by its monitor when the wait is over, and by whoever finds that a restart was cut off.
    /// Once more does no harm.
    /// </summary>
    public void Revive(string id)
    {
        if (Table.FindById(id) is null)
            return;
        using ContainerLock held = ContainerLock.Take(_context.Paths, id);
        if (Table.FindById(id) is not { } record)
            return;
        ContainerState? state = ContainerProbe.ReadState(_context.Paths.Run(id));
        if (state is not null && ContainerProbe.IsMonitorAlive(state))
            return;
        // What it holds, the sockets of published ports, is needed again.
        if (state is not null)
            MonitorWait.Until(state, Timeout.InfiniteTimeSpan);
        record = _reconciler.SettleEnd(record, state);
        if (!record.IsRestarting)
            return;
        int wait = RestartBackOff.Next(record.RestartMilliseconds, (record.FinishedAt - record.StartedAt) ?? TimeSpan.Zero);
        Begin(record with { Restarts = record.Restarts + 1, RestartMilliseconds = wait }, held, attach: false, timing: false).Dispose();
    }

    /// <summary>
    /// After a reboot: starts what should run. That is what has the policy <c>always</c>, and <c>unless-stopped</c> where nobody stopped it; of those,
    /// what was started before. The oldest first, and after those whose network they share.
    /// </summary>
    /// <param name="started">Told of each that runs now.</param>
    /// <param name="failed">Told of each that can't be started.</param>
    public void StartAll(Action<ContainerRecord> started, Action<ContainerRecord, Exception> failed)
    {
        IEnumerable<ContainerRecord> wanted = List().Where(c => !c.IsRunning && c.StartedAt is not null && IsWantedAfterReboot(c));
        foreach (ContainerRecord record in wanted.OrderBy(c => SharedMode.ContainerOf(c.Request.Network) is not null).ThenBy(c => c.Created))
        {
            try
            {
                Start(record.Id).Dispose();
                started(record);
            }
            catch (Exception e) when (e is SlipwayException or IOException)
            {
                failed(record, e);
            }
        }
    }

    /// <summary>Before the host goes down: stops all that run, which is no stop by hand: <see cref="StartAll"/> starts them again.</summary>
    /// <param name="stopped">Told of each.</param>
    /// <param name="failed">Told of each that can't be stopped.</param>
    public void StopAll(Action<ContainerRecord> stopped, Action<ContainerRecord, Exception> failed)
    {
        Parallel.ForEach(List().Where(c => c.IsActive), record =>
        {
            try
            {
                Stop(record, null, null, byHand: false);
                stopped(record);
            }
            catch (Exception e) when (e is SlipwayException or IOException)
            {
                failed(record, e);
            }
        });
    }

    private static SlipwayException Restarting(ContainerRecord record) =>
        new(ErrorKind.Conflict, $"Container {record.Id} is restarting, wait until the container is running");

    private static bool IsWantedAfterReboot(ContainerRecord record) => record.Request.Restart.Kind switch
    {
        RestartKind.Always => true,
        RestartKind.UnlessStopped => !record.IsStoppedByHand,
        _ => false,
    };

    // Before the signal: its end is not to be followed by a start. Where it waits for one already, that is the end of it.
    private void PreventRestart(ContainerRecord record, bool byHand = true)
    {
        if (record.Request.Restart.Kind is RestartKind.No)
            return;
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        if (byHand)
            Table.SetStopped(record.Id);
        else
            Table.ClearRestarting(record.Id);
        string runDir = _context.Paths.Run(record.Id);
        if (ContainerProbe.ReadState(runDir) is not { } state)
            return;
        ContainerProbe.SayStopped(runDir);
        if (state.RestartAt is null)
            return;
        ContainerProbe.KillWaiting(state);
        MonitorWait.Until(state, Timeout.InfiniteTimeSpan);
        if (Table.FindById(record.Id) is { } current)
            _reconciler.SettleEnd(current, state);
    }
}
