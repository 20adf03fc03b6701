using Slipway.Engine.Events;
using Slipway.Engine.Networks;
using Slipway.Linux.Files;
using Slipway.Runtime.Health;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

/// <summary>
/// Puts a record right. The monitor's files and the kernel are the truth, the row follows: a client may have been killed between
/// the start and the row, a monitor before it could say how the container ended, the host switched off in between.
/// </summary>
internal sealed class ContainerReconciler(EngineContext context)
{
    private const int KilledExitCode = 137;

    /// <summary>The record as it is now; null where the container is gone.</summary>
    public ContainerRecord? Settle(ContainerRecord record)
    {
        ContainerState? state = ContainerProbe.ReadState(context.Paths.Run(record.Id));
        if (state is not null && ContainerProbe.IsMonitorAlive(state))
            return state.RestartAt is null ? Running(record, state) : Waiting(record);
        // Without a state file a container that never ran is what its row says.
        ContainerRecord? settled = state is null && record.Status is not ContainerStatus.Running ? record : Ended(record, state);
        return settled is { IsRestarting: true } cutOff ? Resume(cutOff) : settled;
    }

    // What a running container's files tell becomes events, with the times that they say. Under the write lock it is written down once, whoever looks beside.
    private void NoteNews(ContainerRecord record, ContainerState state)
    {
        IReadOnlyList<HealthChange> changes = record.Health?.Changes ?? [];
        DateTimeOffset health = changes is [.., var last] ? last.Time : default, oom = state.OutOfMemory is [.., var lastTime] ? lastTime : default;
        if (health <= record.HealthNoted && oom <= record.OomNoted)
            return;
        context.Store.Database.InTransaction(() =>
        {
            if (context.Containers.FindById(record.Id) is not { } known)
                return;
            foreach (HealthChange change in changes.Where(c => c.Time > known.HealthNoted))
                context.Events.Container(record, "health_status: " + change.Status, change.Time);
            foreach (DateTimeOffset time in state.OutOfMemory.Where(t => t > known.OomNoted))
                context.Events.Container(record, "oom", time);
            context.Containers.SetNoted(record.Id, Later(health, known.HealthNoted), Later(oom, known.OomNoted));
        });
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    // Its monitor waits to start it again. What the run before left is put into the row.
    private ContainerRecord? Waiting(ContainerRecord record)
    {
        if (record is { IsRestarting: true, Status: ContainerStatus.Exited })
            return record;
        using ContainerLock held = ContainerLock.Take(context.Paths, record.Id);
        if (context.Containers.FindById(record.Id) is not { } current)
            return null;
        return ContainerProbe.ReadState(context.Paths.Run(record.Id)) is { RestartAt: not null } state && !current.IsRestarting ? SettleEnd(current, state) : current;
    }

    // Nobody is left to start it again: its monitor was killed, or the one that it called. A reboot takes RUN, and then that is for `system start`.
    private ContainerRecord Resume(ContainerRecord record)
    {
        if (!Directory.Exists(context.Paths.Run(record.Id)))
        {
            context.Containers.ClearRestarting(record.Id);
            return record with { IsRestarting = false };
        }
        // Unless somebody is about it just now.
        using (FileLock? free = FileLock.TryAcquire(context.Paths.Lock(record.Id)))
        {
            if (free is null)
                return record;
        }
        ContainerReviver.Start(context.Options, record.Id);
        return record;
    }

    private ContainerRecord Running(ContainerRecord record, ContainerState state)
    {
        string runDir = context.Paths.Run(record.Id);
        bool paused = Runtime.Cgroups.Cgroup.Open(state.CgroupPaths).IsFrozen() && !CommitPause.EndAbandoned(runDir, state);
        record = record with { IsPaused = paused, Health = state.HasHealth ? HealthFiles.Read(runDir) : null };
        NoteNews(record, state);
        if (record.IsRunning && record.Pid == state.Pid)
            return record;
        if (record.Status is ContainerStatus.Removing)
            return record;
        context.Store.Database.InTransaction(() =>
        {
            if (context.Containers.SetRunning(record.Id, state.Pid, state.StartedAt))
                ContainerTies.Started(context, record, state.StartedAt);
        });
        return record with { Status = ContainerStatus.Running, Pid = state.Pid, StartedAt = state.StartedAt, ExitCode = 0, Error = null };
    }

    private ContainerRecord? Ended(ContainerRecord record, ContainerState? state)
    {
        // Under the lock, and from a fresh row: another process may just be starting it again.
        using ContainerLock held = ContainerLock.Take(context.Paths, record.Id);
        if (context.Containers.FindById(record.Id) is not { } current)
            return null;
        state = ContainerProbe.ReadState(context.Paths.Run(record.Id));
        if (state is not null && ContainerProbe.IsMonitorAlive(state))
            return state.RestartAt is null ? Running(current, state) : current;
        return SettleEnd(current, state);
    }

    /// <summary>Records the end of a run whose monitor is gone. The caller holds the container's lock.</summary>
    public ContainerRecord SettleEnd(ContainerRecord record, ContainerState? state)
    {
        bool waits = state?.RestartAt is not null && ContainerProbe.IsMonitorAlive(state);
        if (state is not null && !waits)
            SweepAfterMonitor(record.Id, state);
        // The end of the run before it is in the row already.
        if (state?.RestartAt is not null && !record.IsRunning)
            return record;
        string elsewhere = context.Paths.ExitElsewhere(record.Id);
        ExitRecord? exit = ContainerProbe.ReadExit(context.Paths.Exit(record.Id)) ?? ContainerProbe.ReadExit(elsewhere);
        if (exit is null && !record.IsRunning && state is null)
            return record;
        NetworkRelease.Release(context, record.Id);
        // The run root was emptied, by a reboot or by hand: by hand leaves control groups, which nothing else knows of.
        if (exit is null && state is null)
            Runtime.Cgroups.Cgroup.OpenAt(ContainerSpec.CgroupsPathOf(record)).KillAndRemove();
        exit ??= new ExitRecord
        {
            ExitCode = KilledExitCode,
            StartedAt = state?.StartedAt ?? record.StartedAt ?? record.Created,
            FinishedAt = context.Now,
            Error = "its monitor ended without a word: killed, or the host went down",
        };
        // A monitor that ended in order has decided; for one that was killed the policy speaks. After a reboot there is no state.
        bool restarts = state is not null && !record.IsStoppedByHand && !ContainerProbe.IsSaidStopped(context.Paths.Run(record.Id))
            && record.Request.Restart.Wants(exit.ExitCode, record.Restarts, exit.Unhealthy);
        context.Store.Database.InTransaction(() =>
        {
            context.Containers.SetExited(record.Id, exit, restarts);
            context.Events.Died(record, exit.ExitCode, exit.OomKilled && record.OomNoted < exit.StartedAt, exit.StartedAt, exit.FinishedAt);
            ContainerTies.Ended(context, record, exit.FinishedAt);
        });
        // As long as it is there, a start has begun whose end is not in the row.
        if (!waits && File.Exists(context.Paths.Config(record.Id)))
            File.Delete(context.Paths.Config(record.Id));
        File.Delete(context.Paths.Exit(record.Id));
        if (File.Exists(elsewhere))
            File.Delete(elsewhere);
        return record with
        {
            Status = ContainerStatus.Exited,
            Pid = 0,
            ExitCode = exit.ExitCode,
            OomKilled = exit.OomKilled,
            StartedAt = exit.StartedAt,
            FinishedAt = exit.FinishedAt,
            Error = exit.Error,
            IsRestarting = restarts,
        };
    }

    // What a killed monitor could not do itself: the process dies with it by PDEATHSIG, its cgroups and files stay.
    private void SweepAfterMonitor(string id, ContainerState state)
    {
        ContainerProbe.Signal(state, 9);
        Runtime.Cgroups.Cgroup.Open(state.CgroupPaths).KillAndRemove();
        string run = context.Paths.Run(id);
        File.Delete(Path.Combine(run, "state.json"));
        File.Delete(Path.Combine(run, "attach.sock"));
    }
}
