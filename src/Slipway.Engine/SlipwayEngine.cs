using Slipway.Engine.Builds;
using Slipway.Engine.Checking;
using Slipway.Engine.Comparing;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Recreating;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Defaults;
using Slipway.Engine.Disk;
using Slipway.Engine.Doctoring;
using Slipway.Engine.Events;
using Slipway.Engine.Explaining;
using Slipway.Engine.Images;
using Slipway.Engine.Images.Compaction;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Networks;
using Slipway.Engine.Postmortems;
using Slipway.Engine.Pruning;
using Slipway.Engine.Protecting;
using Slipway.Engine.Registries;
using Slipway.Engine.Trash;
using Slipway.Engine.Volumes;
using Slipway.Oci.Streams;
using Slipway.Runtime.Launching;
using Slipway.Store;

namespace Slipway.Engine;

/// <summary>
/// The engine: images, containers, volumes and builds of one store. Open one, use it, dispose it; any number of processes may have
/// the same store open. No daemon is needed: containers that it starts live on with a monitor of their own.
/// </summary>
public sealed class SlipwayEngine : IDisposable
{
    private readonly EngineContext _context;

    private SlipwayEngine(EngineContext context)
    {
        _context = context;
        Registries = new(context.Options);
        context.Store.Blobs.Fetch = blob => new RegistryBlobs(context, Registries).Fetch(blob);
        Images = new(context, Registries);
        Compactor = new(context, Registries);
        Containers = new(context);
        Networks = new(context, Containers);
        Builds = new(context, Images);
        Disk = new(context);
        Checker = new(context, Registries);
        Explanations = new(context);
        Comparisons = new(context, Containers);
    }

    /// <summary>Images: read-only, named by digest.</summary>
    public ImageManager Images { get; }

    /// <summary>Keeps layers once.</summary>
    public ImageCompactor Compactor { get; }

    /// <summary>Registries: who we are to them.</summary>
    public RegistryManager Registries { get; }

    /// <summary>Containers: one writable layer and a process each.</summary>
    public ContainerManager Containers { get; }

    /// <summary>Volumes: what outlives containers.</summary>
    public VolumeManager Volumes => _context.Volumes;

    /// <summary>Networks: who can reach whom.</summary>
    public NetworkManager Networks { get; }

    /// <summary>Builds from Dockerfiles.</summary>
    public BuildManager Builds { get; }

    /// <summary>What everything occupies.</summary>
    public DiskUsageReader Disk { get; }

    /// <summary>Finds what is not as it was, and mends it.</summary>
    public SystemChecker Checker { get; }

    /// <summary>Where an image's bytes are, and where its files come from.</summary>
    public ImageExplanations Explanations { get; }

    /// <summary>Differences between the trees of images, layers and containers.</summary>
    public TreeComparisons Comparisons { get; }

    /// <summary>What has happened, and what happens.</summary>
    public EventReader Events => field ??= new(_context, Containers);

    /// <summary>What was removed and can be brought back.</summary>
    public TrashManager Trash => field ??= new(_context, Containers);

    /// <summary>Finds what will lose data, or lets strangers in.</summary>
    public Doctor Doctor => field ??= new(_context, Containers);

    /// <summary>Why containers ended.</summary>
    public PostmortemReader Postmortems => field ??= new(_context, Containers, Trash);

    /// <summary>What is not to be removed.</summary>
    public ProtectionManager Protections => field ??= new(_context, Containers);

    /// <summary>Removes what nobody uses.</summary>
    public PruneManager Pruning => field ??= new(_context, Containers, Networks, Compactor);

    /// <summary>Where things are kept, and the clock.</summary>
    public EngineOptions Options => _context.Options;

    /// <summary>Nothing will be asked of it for long: what is kept to be faster the next time is given up. Safe at any time.</summary>
    public void ReturnMemory()
    {
        _context.Store.Database.ReturnMemory();
        BufferPool.Empty();
    }

    /// <summary>Opens the store, making it where there is none.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="willStart">A container is about to be started: its monitor is launched first, so that its start and the opening overlap.</param>
    /// <exception cref="IOException">The data root can't be made or read.</exception>
    public static SlipwayEngine Open(EngineOptions options, bool willStart = false)
    {
        var launcher = new RuntimeLauncher(options.RuntimePath);
        if (willStart)
            launcher.Prepare();
        var paths = new ContainerPaths(options);
        // Before the store looks for what dead processes left: what may still write there ends first.
        bool hadNetwork = StepBundle.SweepDead(paths);
        ImageStorage store = ImageStorage.Open(options.StorePaths, options.Clock);
        store.Database.Migrate("engine", [.. ContainerTable.Schema, .. VolumeTable.Schema]);
        store.Database.Migrate("restarts", ContainerTable.RestartSchema);
        store.Database.Migrate("events", EventTable.Schema);
        store.Database.Migrate("noted", ContainerTable.NotedSchema);
        store.Database.Migrate("networks", NetworkTable.Schema);
        store.Database.Migrate("volumes", VolumeTable.UsesSchema);
        store.Database.Migrate("prune", PlanTable.Schema);
        store.Database.Migrate("prune purge", PlanTable.PurgeSchema);
        store.Collector.Remover = new BackgroundRemover(options);
        paths.CreateRoots();
        store.Database.Migrate("trash", TrashTable.Schema);
        store.Database.Migrate("endings", [.. ContainerTable.EndingSchema, .. TrashTable.EndingSchema]);
        store.Database.Migrate("recreations", RecreationTable.Schema);
        store.Database.Migrate("protection", ProtectionTable.Schema);
        store.Database.Migrate("id ranges", IdRangeTable.Schema);
        store.Database.Migrate("defaults", DefaultsTable.Schema);
        var volumes = new VolumeManager(new VolumeTable(store.Database, options.StorePaths.Volumes), options, paths.Bin, store.Database);
        var context = new EngineContext(options, store, new ContainerTable(store.Database), volumes, new NetworkTable(store.Database), paths, launcher);
        if (hadNetwork)
            StepNetwork.ForgetDead(context);
        volumes.Happened = context.Events.Volume;
        paths.Bin.Sweep(name => volumes.Restore(name) || new TrashKeeper(context).Restore(name));
        volumes.SweepTrash();
        var engine = new SlipwayEngine(context);
        engine.Containers.SettleRecreations();
        return engine;
    }

    /// <summary>From now on this holds for those who ask for nothing else: containers' next starts, networks that are made; for every process with this store.</summary>
    /// <returns>Whether all of it does: the default network stays as it is while somebody is in it.</returns>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: something doesn't fit together; then nothing has changed. NotFound: a bridge that was named.</exception>
    public bool SetDefaults(EngineDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        _ = defaults.Ulimits.Select(UlimitParser.Parse).ToArray();
        DefaultNetwork old = _context.Defaults.Read().Network;
        bool holds = EngineDefaultsJson.WriteNetwork(old) == EngineDefaultsJson.WriteNetwork(defaults.Network) || Networks.TryRedefine(defaults.Network);
        _context.Defaults.Write(holds ? defaults : defaults with { Network = old });
        return holds;
    }

    /// <summary>What holds for those who ask for nothing else.</summary>
    public EngineDefaults Defaults => _context.Defaults.Read();

    /// <summary>The same without the default network, which stays as it is.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: a limit is none.</exception>
    public void SetStartDefaults(EngineDefaults defaults) => SetDefaults((defaults ?? throw new ArgumentNullException(nameof(defaults))) with { Network = _context.Defaults.Read().Network });

    /// <summary>What the store is called from now on is kept in it, wherever it goes.</summary>
    public void KeepId() => EngineId.Keep(_context.Options.DataRoot);

    /// <summary>A daemon has read its settings again: an event, as docker's, of its type <c>daemon</c>.</summary>
    /// <param name="settings">All settings that hold now.</param>
    public void NoteReload(IReadOnlyDictionary<string, string> settings) => _context.Events.Reloaded(EngineId.Of(_context.Options.DataRoot), Environment.MachineName, settings);

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Launcher.Dispose();
        _context.Store.Dispose();
    }
}
