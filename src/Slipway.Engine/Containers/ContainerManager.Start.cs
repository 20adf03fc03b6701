using Slipway.Engine.Containers.Users;
using Slipway.Engine.Events;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Health;
using Slipway.Runtime.Host;
using Slipway.Runtime.Launching;
using Slipway.Runtime.Restarting;
using Slipway.Runtime.State;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>How many clients a container's streams have at a time.</summary>
    public const int MostClients = Runtime.Attach.AttachStream.MostClients;

    /// <summary>
    /// Starts a container on its writable layer, as the last run left that. The flow:
    /// (1) under its lock, check the state; (2) write config.json from the request and the image; (3) launch the monitor, which
    /// starts the process and says so; (4) record it.
    /// </summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="attach">Hands back a session with the container's streams, connected before its process starts.</param>
    /// <param name="timing">Hands back what each step of the start cost.</param>
    /// <param name="more">How many streams more are handed back, of clients who are not waited for when they are slow; 0 to <see cref="MostClients"/> - 1.</param>
    /// <exception cref="SlipwayException">NotFound; CommandNotFound, CommandNotExecutable; Denied where the host doesn't allow it.</exception>
    public ContainerSession Start(string nameOrId, bool attach = false, bool timing = false, int more = 0)
    {
        ContainerRecord record = Get(nameOrId);
        bool paused = record.IsPaused;
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        record = Table.FindById(record.Id) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {nameOrId}");
        if (paused)
            throw new SlipwayException(ErrorKind.Conflict, "cannot start a paused container, try unpause instead");
        if (record.IsRunning || IsWaiting(record.Id))
            return new ContainerSession(record, null); // no error with docker either
        RequireNobodyInside(record);
        if (ContainerLifecycle.Next(record.Status, ContainerEvent.Start) is null)
            throw new SlipwayException(ErrorKind.Conflict, $"container {record.Name} is marked for removal and cannot be started");
        WaitForCopies(record.Id);
        return Begin(record with { Restarts = 0, RestartMilliseconds = 0 }, held, attach, timing, more);
    }

    // Whether a monitor waits to start it again.
    private bool IsWaiting(string id) => ContainerProbe.ReadState(_context.Paths.Run(id)) is { RestartAt: not null } state && ContainerProbe.IsMonitorAlive(state);

    // The caller holds its lock and has settled it.
    private ContainerSession Begin(ContainerRecord record, ContainerLock held, bool attach, bool timing, int more = 0)
    {
        try
        {
            return Launch(record, held, attach, timing, more);
        }
        catch (Exception e) when (e is SlipwayException or IOException)
        {
            ClearWork(record.Id);
            Table.SetStartFailed(record.Id, ExitCodeOf((e as SlipwayException)?.Kind), ErrorText.Of(e));
            // Where the host allows no containers at all, that is the reason to name, and how to allow it.
            if (e is LinuxException or SlipwayException { Kind: ErrorKind.Denied or ErrorKind.Internal })
                HostCapabilities.Probe().RequireContainers();
            if (IsRefusedByOverlay(e.Message))
            {
                throw new SlipwayException(ErrorKind.NotSupported, $"overlayfs can't write on the file system of '{_context.Options.DataRoot}': {e.Message}", e)
                {
                    Hint = "choose a data root on ext4, xfs, btrfs or tmpfs with --data-root",
                };
            }
            throw;
        }
    }

    // The kernel says it in words where it is asked by the log of fsconfig(2), and otherwise by EINVAL for the mount as a whole.
    private static bool IsRefusedByOverlay(string message) =>
        message.Contains("not supported as upperdir", StringComparison.Ordinal)
        || (message.StartsWith("mount overlay of ", StringComparison.Ordinal) && message.Contains(nameof(Errno.EINVAL), StringComparison.Ordinal));

    private ContainerSession Launch(ContainerRecord record, ContainerLock held, bool attach, bool timing, int more)
    {
        ImageRecord image = _context.Store.Images.Get(record.ImageId.ToString());
        EnsureLayer(record.Id, image); // missing where its creation was cut off right after the row
        ClearWork(record.Id);
        string bundle = _context.Paths.Run(record.Id);
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(bundle, Private);
        using ContainerUsers? users = ContainerUsers.Make(_context, record);
        using StartedNetwork network = new NetworkStarter(_context, record, image) { Users = users }.Start();
        try
        {
            return Launch(record, image, bundle, network, users, held, attach, timing, more);
        }
        catch
        {
            NetworkRelease.Release(_context, record.Id);
            throw;
        }
    }

    private ContainerSession Launch(ContainerRecord record, ImageRecord image, string bundle, StartedNetwork network, ContainerUsers? users, ContainerLock held, bool attach, bool timing, int more)
    {
        using var given = new GivenDescriptors(network.Descriptors.Count);
        MonitorConfig config = MonitorConfigOf(record, image, bundle, network) with { Timing = timing, EndsWithLock = true };
        string? root = null;
        if (users is not null)
        {
            root = given.Add(users.OpenOverlay(config.Overlay!));
            config = config with { Overlay = null, GivesRoot = true };
        }
        RuntimeSpec spec = new ContainerSpec(_context, record, image) { Network = network, Given = given, Users = users, GivenRoot = root }.Build();
        File.WriteAllBytes(_context.Paths.Config(record.Id), RuntimeSpecJson.Write(spec));
        File.Delete(_context.Paths.Exit(record.Id));
        File.Delete(_context.Paths.ExitElsewhere(record.Id));
        if (record.Request.Restart.Kind is not RestartKind.No)
        {
            Table.SetRestarts(record.Id, record.Restarts, record.RestartMilliseconds);
            ContainerProbe.UnsayStopped(bundle);
        }
        if (config.Health is { } health)
            HealthFiles.Begin(bundle, health);
        MonitorSession session = _context.Launcher.Start(config, attach, [.. network.Descriptors, .. given.All, held.Handle], more);
        ContainerState state = session.State;
        _context.Store.Database.InTransaction(() =>
        {
            bool news = Table.SetRunning(record.Id, state.Pid, state.StartedAt);
            for (int i = 0; i < (attach ? 1 : 0) + more; i++)
                _context.Events.Container(record, "attach", state.StartedAt);
            if (news)
                ContainerTies.Started(_context, record, state.StartedAt);
        });
        return new ContainerSession(record with { Status = ContainerStatus.Running, Pid = state.Pid, StartedAt = state.StartedAt }, session.Attach) { Timing = session.Timing, More = session.More };
    }

    private MonitorConfig MonitorConfigOf(ContainerRecord record, ImageRecord image, string bundle, StartedNetwork? network = null) => new()
    {
        Id = record.Id,
        Bundle = bundle,
        RunDir = bundle,
        // What goes with the container's end anyway need not reach the disk.
        Overlay = new OverlayRoot([.. _context.LowersOf(image), _context.Paths.NamePlaces], _context.Paths.Upper(record.Id), _context.Paths.Work(record.Id), Volatile: record.Request.AutoRemove),
        OpenStdin = record.Request.Interactive,
        StdinOnce = record.Request.Interactive && record.Request.IsAttached("stdin"),
        Init = record.Request.Init ?? _context.Defaults.Read().Init,
        LogPath = record.Request.Log.Keeps ? _context.Paths.Log(record.Id) : null,
        LogMaxBytes = record.Request.Log.MaxBytes,
        LogMaxFiles = record.Request.Log.MaxFiles,
        LogPacks = record.Request.Log.Compresses,
        // A reboot takes the one and its container alike; and a file less comes and goes on the disk.
        ExitPath = record.Request.AutoRemove ? _context.Paths.ExitElsewhere(record.Id) : _context.Paths.Exit(record.Id),
        ExitCommand = (record.Request.AutoRemove || network?.LeavesTraces == true) && _context.Options.CliPath is { } slip
            ? [slip, "--data-root", _context.Options.DataRoot, "--run-root", _context.Options.RunRoot, "container", "reap", record.Id]
            : null,
        Restart = record.Request.Restart.Kind is not RestartKind.No && ContainerReviver.Command(_context.Options, record.Id) is { } revive
            ? new RestartRule(record.Request.Restart, record.Restarts, record.RestartMilliseconds, revive)
            : null,
        Health = ContainerHealth.RuleOf(
            record.Request, image.Config.Config, () => ParseSignal(StopSignalOf(record)), record.Request.StopTimeout ?? DefaultStopSeconds, _context.Paths.SeccompCache),
        SeccompCacheDir = _context.Paths.SeccompCache,
        EveryController = record.Request.Resources.EveryController,
        GivesNetwork = network?.Namespace is not null,
        Service = network?.Resolver?.ToString(),
        Ports = network?.Ports.Count ?? 0,
    };

    private static int ExitCodeOf(ErrorKind? kind) => kind switch
    {
        ErrorKind.CommandNotFound => 127,
        ErrorKind.CommandNotExecutable => 126,
        _ => 128,
    };
}
