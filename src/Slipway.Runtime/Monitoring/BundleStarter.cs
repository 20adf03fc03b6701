using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Hooks;
using Slipway.Runtime.Lifecycle;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;

namespace Slipway.Runtime.Monitoring;

/// <summary>Starts the container that a bundle describes.</summary>
internal sealed class BundleStarter : IContainerStarter
{
    private const int MaxConfig = 8 * 1024 * 1024;

    private readonly MonitorConfig _config;
    private readonly Action<string>? _timing;
    private RuntimeSpec? _spec;

    private BundleStarter(MonitorConfig config, RuntimeSpec spec, ProcessSpec process, Action<string>? timing)
    {
        _timing = timing;
        _config = config;
        _spec = spec;
        Terminal = process.Terminal ?? false;
        (uint, uint) owner = (process.User.Uid, process.User.Gid);
        Owner = OwnerMap.Of(spec.Linux)?.Outside(owner) ?? owner;
    }

    public bool Terminal { get; }

    public (uint Uid, uint Gid) Owner { get; }

    /// <summary>Reads config.json.</summary>
    /// <param name="config">What the monitor was told.</param>
    /// <param name="timing">Takes what the start cost; null: nobody wants to know.</param>
    /// <param name="held">The descriptors that config.json names by their places.</param>
    public static BundleStarter Load(MonitorConfig config, Action<string>? timing = null, IReadOnlyList<SafeFd>? held = null)
    {
        string path = Path.Combine(config.Bundle, "config.json");
        if (new FileInfo(path).Length > MaxConfig)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': larger than {MaxConfig} bytes");
        string name = $"'{path}'";
        // Slipway wrote it itself: there is nothing to warn of.
        RuntimeSpec spec = RuntimeSpecJson.Read(File.ReadAllBytes(path), name);
        if (held is { Count: > 0 })
            spec = GivenDescriptor.Resolve(spec, held);
        spec = SpecValidator.Accept(spec, name, static _ => { });
        return new BundleStarter(config, spec, spec.Process!, timing);
    }

    public IStartedContainer Start(ChildStdio? stdio)
    {
        StartOptions options = OptionsOf(_config) with
        {
            Stdio = StartedContainer.FdsOf(stdio),
            Watch = _timing is { } take ? new StartWatch { Timing = timing => take(timing.Render()) } : null,
        };
        RuntimeSpec spec = _spec ?? throw new InvalidOperationException("a container starts once");
        if (StartHooks.AreOfCreate(spec))
            options = options with { Mounted = birth => StartHooks.RunCreate(spec, birth.Pid, spec.Root!.Path, status => Describe(spec, birth, status)) };
        if (StartHooks.AreOfStart(spec))
            options = options with { Ready = birth => StartHooks.RunStart(spec, birth.Pid, _config.SeccompCacheDir, Describe(spec, birth, ContainerStatus.Created)) };
        // The monitor stays for as long as the container runs, and nothing of this (40 KiB with the default filter) is needed again.
        _spec = null;
        return new StartedContainer(ProcessStarter.Start(spec, options), ownsCgroup: true);
    }

    private OciState Describe(RuntimeSpec spec, ContainerBirth birth, ContainerStatus status) => new()
    {
        OciVersion = spec.OciVersion,
        Id = _config.Id,
        Status = status.Word(),
        Pid = birth.Pid,
        Bundle = _config.Bundle,
        Annotations = spec.Annotations,
    };

    /// <summary>How a monitor starts its container, without the streams.</summary>
    internal static StartOptions OptionsOf(MonitorConfig config) => new()
    {
        ContainerId = config.Id,
        Bundle = config.Bundle,
        Overlay = config.Overlay,
        RootIsGiven = config.GivesRoot,
        DiesWithParent = true,
        Init = config.Init,
        EveryController = config.EveryController,
        SeccompCacheDir = config.SeccompCacheDir,
    };
}
