using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;

namespace Slipway.Runtime.Monitoring;

/// <summary>Starts the container that a bundle describes.</summary>
internal sealed class BundleStarter : IContainerStarter
{
    private const int MaxConfig = 8 * 1024 * 1024;

    private readonly MonitorConfig _config;
    private RuntimeSpec? _spec;

    private BundleStarter(MonitorConfig config, RuntimeSpec spec, ProcessSpec process)
    {
        _config = config;
        _spec = spec;
        Terminal = process.Terminal ?? false;
        Owner = (process.User.Uid, process.User.Gid);
    }

    public bool Terminal { get; }

    public (uint Uid, uint Gid) Owner { get; }

    /// <summary>Reads config.json.</summary>
    public static BundleStarter Load(MonitorConfig config)
    {
        string path = Path.Combine(config.Bundle, "config.json");
        if (new FileInfo(path).Length > MaxConfig)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': larger than {MaxConfig} bytes");
        string name = $"'{path}'";
        // Slipway wrote it itself: there is nothing to warn of.
        RuntimeSpec spec = SpecValidator.Accept(RuntimeSpecJson.Read(File.ReadAllBytes(path), name), name, static _ => { });
        return new BundleStarter(config, spec, spec.Process!);
    }

    public IStartedContainer Start(ChildStdio? stdio)
    {
        var options = new StartOptions
        {
            ContainerId = _config.Id,
            Bundle = _config.Bundle,
            Overlay = _config.Overlay,
            DiesWithParent = true,
            Stdio = StartedContainer.FdsOf(stdio),
            SeccompCacheDir = _config.SeccompCacheDir,
        };
        RuntimeSpec spec = _spec ?? throw new InvalidOperationException("a container starts once");
        // The monitor stays for as long as the container runs, and nothing of this (40 KiB with the default filter) is needed again.
        _spec = null;
        return new StartedContainer(ProcessStarter.Start(spec, options), ownsCgroup: true);
    }
}
