using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;
using Slipway.Oci;
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
        using SafeFd input = FdIo.Duplicate(0);
        bool isTerminal = Terminal.IsTerminal(input);
        return On(step, isTerminal, hasInput: true, session =>
            End(session, session.Attach!.Pump(new PumpOptions { Stdin = true, Terminal = isTerminal, DetachKeys = null })));
    }

    public void Dispose() => _networks.Dispose();

    private int Run(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ForeignProcessors.Require(step.Platform);
        return On(step, isTerminal: false, hasInput: false, session =>
        {
            using CancellationTokenRegistration kill = ct.Register(() => ContainerProbe.Signal(session.State, SigKill));
            AttachResult result = session.Attach!.Pump(new PumpOptions { Output = output, DetachKeys = null }, CancellationToken.None);
            int code = End(session, result);
            ct.ThrowIfCancellationRequested();
            return code;
        });
    }

    // (1) Its network, which others of the build may have had; (2) its bundle, with the files that tell names; (3) its monitor, which starts it.
    private int On(RunStep step, bool isTerminal, bool hasInput, Func<MonitorSession, int> pump)
    {
        StepNetwork? network = step.Network == "default" ? _networks.Take() : null;
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
        File.WriteAllBytes(Path.Combine(bundle.Path, "config.json"), RuntimeSpecJson.Write(spec));
        var config = new MonitorConfig
        {
            Id = id,
            Bundle = bundle.Path,
            RunDir = bundle.Path,
            // No skeleton below: dev, proc and sys are made where an image has none, and stay in the layer, as with other builders.
            Overlay = new OverlayRoot(step.LowersTopFirst, step.Upper, step.Work, Volatile: true),
            ExitPath = Path.Combine(bundle.Path, "exit.json"),
            EndsWithOwner = true,
            SeccompCacheDir = context.Paths.SeccompCache,
            OpenStdin = hasInput,
            StdinOnce = hasInput,
            GivesNetwork = network is not null,
            Service = network?.Resolver?.ToString(),
        };
        return context.Launcher.Start(config, attach: true, network?.Descriptors);
    }

    /// <summary>Waits for the end of a monitor that ends with us; the exit code of what it ran.</summary>
    internal static int End(MonitorSession session, AttachResult result)
    {
        session.Attach!.TakeOver();
        MonitorWait.Until(session.State, Timeout.InfiniteTimeSpan);
        if (result.End is AttachEnd.Exited)
            return result.ExitCode;
        StepBundle.End(session.State); // its monitor was killed, and what it would have removed is left
        throw new SlipwayException(ErrorKind.Internal, "the step's monitor ended without saying how the step did");
    }
}
