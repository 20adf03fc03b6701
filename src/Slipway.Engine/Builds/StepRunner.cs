using Slipway.Build.Solving;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;
using Slipway.Runtime.State;

namespace Slipway.Engine.Builds;

/// <summary>Runs a RUN step with the runtime that containers have: the same namespaces, limits and filter, on the step's own layer.</summary>
internal sealed class StepRunner(EngineContext context) : IStepRunner, IDisposable
{
    private const int SigKill = 9;

    private readonly StepNetworks _networks = new(context);

    public Task<int> RunAsync(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct) =>
        Task.Factory.StartNew(() => Run(step, output, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public int Enter(RunStep step)
    {
        bool isTerminal = OwnedMonitor.HasTerminal();
        return On(step, isTerminal, hasInput: true, session => OwnedMonitor.Converse(session, isTerminal));
    }

    public void Dispose() => _networks.Dispose();

    private int Run(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return On(step, isTerminal: false, hasInput: false, session =>
        {
            using CancellationTokenRegistration kill = ct.Register(() => ContainerProbe.Signal(session.State, SigKill));
            AttachResult result = session.Attach!.Pump(new PumpOptions { Output = output, DetachKeys = null }, CancellationToken.None);
            int code = OwnedMonitor.End(session, result);
            ct.ThrowIfCancellationRequested();
            return code;
        });
    }

    // (1) Its network, which others of the build may have had; (2) its bundle, with the files that tell names; (3) its monitor, which starts it.
    private int On(RunStep step, bool isTerminal, bool hasInput, Func<MonitorSession, int> pump)
    {
        ForeignProcessors.Require(step.Platform);
        if (step.Network is "default" && NetworkManager.IsDefaultDisabled(context))
            step = step with { Network = "none" };
        StepNetwork? network = step.Network is "none" or "host" ? null : _networks.Take(step.Network);
        try
        {
            using LockedDirectory bundle = StepBundle.Create(context.Paths);
            using MonitorSession session = Start(step, network, bundle, isTerminal, hasInput);
            return pump(session);
        }
        finally
        {
            if (network is not null)
                _networks.Return(network, isUnchanged: !step.IsInsecure);
        }
    }

    private MonitorSession Start(RunStep step, StepNetwork? network, LockedDirectory bundle, bool isTerminal, bool hasInput)
    {
        string id = RandomBytes.Hex256();
        using var names = new StepNameFiles(step, network, bundle.Path);
        RuntimeSpec spec = new StepSpec(names.Step, network is not null).Build(id);
        if (isTerminal)
            spec = spec with { Process = spec.Process! with { Terminal = true, Env = [.. spec.Process.Env ?? [], "TERM=xterm"] } };
        // No skeleton below: dev, proc and sys are made where an image has none, and stay in the layer, as with other builders.
        var overlay = new OverlayRoot(step.LowersTopFirst, step.Upper, step.Work, Volatile: true);
        return OwnedMonitor.Start(context, bundle, id, spec, overlay, hasInput, network);
    }
}
