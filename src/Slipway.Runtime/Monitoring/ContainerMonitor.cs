using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Health;
using Slipway.Runtime.Logs;
using Slipway.Runtime.Restarting;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Monitoring;

/// <summary>One container from its start to its end, as its monitor sees it. <see cref="Run"/> holds the steps.</summary>
/// <param name="config">What to run.</param>
/// <param name="starter">Starts the process.</param>
/// <param name="clock">Times of the log and the records.</param>
internal sealed class ContainerMonitor(MonitorConfig config, IContainerStarter starter, TimeProvider clock)
{
    private const int SigKill = 9, NotesKept = 16;

    // A shorter one is over before somebody has tried twice; and to run a command costs some milliseconds of processor time.
    private const int LongWaitMilliseconds = 500;

    /// <summary>Closed when the container can be found; null: nobody waits for that.</summary>
    public SafeFd? Lock { get; init; }

    /// <summary>What it holds, and can be given while it runs.</summary>
    public HeldDescriptors? Held { get; init; }

    /// <summary>Clients beside the owner who are there from the first byte; this owns them now.</summary>
    public IReadOnlyList<SafeFd> Clients { get; init; } = [];

    /// <summary>
    /// (1) opens the log and the socket, so that what can fail has failed before anything runs; (2) starts the process; (3) writes state.json
    /// and (4) answers the launcher; (5) relays until the process ends; (6) reaps it, cleans its cgroup and (7) writes exit.json;
    /// (8) removes state.json and the socket; (9) tells the clients; (10) runs the exit command, unless the owner takes over. Where it is to be
    /// started again, state.json stays and says when, and the last step is to wait and to run the command that does it.
    /// </summary>
    /// <param name="launch">The launcher's socket; this owns it now. The owner's stream, when <paramref name="attach"/>.</param>
    /// <param name="attach">The launcher stays as the first client.</param>
    public void Run(SafeFd launch, bool attach)
    {
        using JsonLogWriter? log = config.LogPath is { } path ? new JsonLogWriter(new LogSink(path, config.LogMaxBytes, config.LogMaxFiles, config.LogPacks), clock) : null;
        using var files = new ServedFiles(config.RunDir);
        using LaunchedProcess process = LaunchedProcess.Start(starter, config.OpenStdin);
        DateTimeOffset startedAt = clock.GetUtcNow();
        ContainerState state = Describe(process.Container, startedAt);
        Record(process.Container, state, files);
        Lock?.Dispose();
        FrameChannel.Send(launch, FrameType.Started, ContainerStateJson.Write(state));
        if (!attach)
            launch.Dispose();

        using HealthWatch? health = config.Health is { } rule ? new HealthWatch(rule, config.RunDir, process.Container.PidFd) : null;
        using MemoryWatch? memory = MemoryWatch.TryOpen(process.Container.CgroupPaths, clock, time => Note(state = state with { OutOfMemory = [.. state.OutOfMemory.TakeLast(NotesKept - 1), time] }, files));
        using var relay = new Relay(process.Container.PidFd, process.Streams, config.StdinOnce, log, files.Listener, attach ? launch : null) { EndsWithOwner = config.EndsWithOwner, Health = health, Memory = memory, Held = Held };
        relay.Add(Clients);
        relay.Run();
        Held?.Dispose();
        ExitRecord record = End(process.Container, startedAt, health?.StopsContainer == true);
        // Before the clients are told: an owner that is stopped must not make others believe that the container runs.
        int? wait = RestartWait(record, state, files);
        if (wait is null)
            files.Dispose();
        bool tookOver = relay.Finish(record.ExitCode);
        if (wait is { } milliseconds)
            Restart(milliseconds, state, files, relay);
        else if (!tookOver)
            RunCommand(config.ExitCommand);
    }

    // Nothing depends on it: where RUN is full it is lost.
    private static void Note(ContainerState state, ServedFiles files)
    {
        try
        {
            files.WriteState(state);
        }
        catch (IOException)
        {
        }
    }

    // How long to wait before the next start, which others are told; null where there is none. A stop is looked for on both sides of the telling:
    // whoever stops the container sees either that it waits, or is seen here.
    private int? RestartWait(ExitRecord record, ContainerState state, ServedFiles files)
    {
        if (config.Restart is not { } rule || IsStopped || !rule.Policy.Wants(record.ExitCode, rule.Restarts, record.Unhealthy))
            return null;
        int wait = RestartBackOff.Next(rule.LastMilliseconds, record.FinishedAt - record.StartedAt);
        files.Close();
        files.WriteState(state with { RestartAt = record.FinishedAt + TimeSpan.FromMilliseconds(wait) });
        return IsStopped ? null : wait;
    }

    private bool IsStopped => File.Exists(Path.Combine(config.RunDir, RunFiles.StoppedName));

    // Whoever stops it meanwhile kills this process.
    private void Restart(int milliseconds, ContainerState state, ServedFiles files, Relay relay)
    {
        // Meanwhile others shall not find it.
        if (milliseconds >= LongWaitMilliseconds)
            RunCommand(config.ExitCommand);
        relay.ReturnMemory();
        Poller.Wait([], milliseconds);
        files.WriteState(state with { RestartAt = clock.GetUtcNow(), HandedOver = true });
        files.Leave();
        RunCommand(config.Restart!.Command);
    }

    // A process that nobody could find must not run, nor its cgroup stay: the run root is full, or the build that wanted it is dead and swept.
    private void Record(IStartedContainer container, ContainerState state, ServedFiles files)
    {
        try
        {
            // The last run's: whoever finds it beside the state file of a monitor that was killed must not take it for this run's.
            File.Delete(config.ExitPath);
            files.WriteState(state);
        }
        catch
        {
            PidFd.Signal(container.PidFd, SigKill);
            Poller.Wait([new PollEntry(container.PidFd.Number, PollEvents.Readable)], Timeout.Infinite);
            PidFd.TryReap(container.PidFd);
            container.CleanUp();
            throw;
        }
    }

    private ContainerState Describe(IStartedContainer container, DateTimeOffset startedAt) => new()
    {
        Id = config.Id,
        Pid = container.Pid,
        PidStartTime = ProcessStat.StartTime(container.Pid) ?? 0,
        MonitorPid = Environment.ProcessId,
        MonitorStartTime = ProcessStat.StartTime(Environment.ProcessId) ?? 0,
        StartedAt = startedAt,
        CgroupPaths = container.CgroupPaths,
        HasHealth = config.Health is not null,
    };

    // A clean-up that fails must not hide how the process ended: it becomes the record's error.
    private ExitRecord End(IStartedContainer container, DateTimeOffset startedAt, bool unhealthy)
    {
        ProcessEnd end = PidFd.TryReap(container.PidFd) ?? default;
        MemoryOutcome memory = default;
        string? error = null;
        try
        {
            memory = container.CleanUp();
        }
        catch (Exception e) when (e is IOException or SlipwayException)
        {
            error = e.Message;
        }
        var record = new ExitRecord
        {
            ExitCode = end.ExitCode,
            Signal = end.Signal,
            OomKilled = memory.OomKilled,
            MemoryPeak = memory.Peak,
            LargestProcess = ChildrenUsage.LargestResidentSet(),
            Unhealthy = unhealthy,
            StartedAt = startedAt,
            FinishedAt = clock.GetUtcNow(),
            Error = error,
        };
        TryRecord(record);
        return record;
    }

    // On a full disk the record goes to RUN, mostly another one; the clients must learn the code anyhow, and the container's files in RUN must go.
    private void TryRecord(ExitRecord record)
    {
        foreach (string path in (string[])[config.ExitPath, Path.Combine(config.RunDir, RunFiles.ExitName)])
        {
            try
            {
                RunFiles.WriteExit(path, record);
                return;
            }
            catch (IOException)
            {
            }
        }
    }

    private static void RunCommand(IReadOnlyList<string>? command)
    {
        if (command is not { Count: > 0 })
            return;
        using SafeFd nothing = FdIo.OpenNull();
        string path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        Spawn.Start(command[0], command, [$"PATH={path}"], [nothing, nothing, nothing], newSession: true);
    }
}
