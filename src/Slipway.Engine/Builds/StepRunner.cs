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
internal sealed class StepRunner(EngineContext context) : IStepRunner
{
    private const int SigKill = 9;

    public Task<int> RunAsync(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct) =>
        Task.Factory.StartNew(() => Run(step, output, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public int Enter(RunStep step)
    {
        using SafeFd input = FdIo.Duplicate(0);
        bool isTerminal = Terminal.IsTerminal(input);
        string id = RandomBytes.Hex256();
        RuntimeSpec spec = StepSpec.Of(step, id);
        if (isTerminal)
            spec = spec with { Process = spec.Process! with { Terminal = true, Env = [.. spec.Process.Env ?? [], "TERM=xterm"] } };
        using LockedDirectory bundle = StepBundle.Create(context.Paths);
        using MonitorSession session = Start(step, spec, id, bundle, hasInput: true);
        return End(session, session.Attach!.Pump(new PumpOptions { Stdin = true, Terminal = isTerminal, DetachKeys = null }));
    }

    private int Run(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ForeignProcessors.Require(step.Platform);
        string id = RandomBytes.Hex256();
        using LockedDirectory bundle = StepBundle.Create(context.Paths);
        using MonitorSession session = Start(step, StepSpec.Of(step, id), id, bundle, hasInput: false);
        using CancellationTokenRegistration kill = ct.Register(() => ContainerProbe.Signal(session.State, SigKill));
        AttachResult result = session.Attach!.Pump(new PumpOptions { Output = output, DetachKeys = null }, CancellationToken.None);
        int code = End(session, result);
        ct.ThrowIfCancellationRequested();
        return code;
    }

    private MonitorSession Start(RunStep step, RuntimeSpec spec, string id, LockedDirectory bundle, bool hasInput)
    {
        File.WriteAllBytes(Path.Combine(bundle.Path, "config.json"), RuntimeSpecJson.Write(spec));
        return context.Launcher.Start(new MonitorConfig
        {
            Id = id,
            Bundle = bundle.Path,
            RunDir = bundle.Path,
            Overlay = new OverlayRoot([.. step.LowersTopFirst, context.Paths.Skeleton], step.Upper, step.Work, Volatile: true),
            ExitPath = Path.Combine(bundle.Path, "exit.json"),
            EndsWithOwner = true,
            SeccompCacheDir = context.Paths.SeccompCache,
            OpenStdin = hasInput,
            StdinOnce = hasInput,
        }, attach: true);
    }

    private static int End(MonitorSession session, AttachResult result)
    {
        session.Attach!.TakeOver();
        MonitorWait.Until(session.State, Timeout.InfiniteTimeSpan);
        if (result.End is AttachEnd.Exited)
            return result.ExitCode;
        StepBundle.End(session.State); // its monitor was killed, and what it would have removed is left
        throw new SlipwayException(ErrorKind.Internal, "the step's monitor ended without saying how the step did");
    }
}
