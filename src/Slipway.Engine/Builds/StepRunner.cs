using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Linux.Files;
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

    private int Run(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ForeignProcessors.Require(step.Platform);
        string id = RandomBytes.Hex256();
        using LockedDirectory bundle = StepBundle.Create(context.Paths);
        File.WriteAllBytes(Path.Combine(bundle.Path, "config.json"), RuntimeSpecJson.Write(StepSpec.Of(step, id)));
        using MonitorSession session = context.Launcher.Start(new MonitorConfig
        {
            Id = id,
            Bundle = bundle.Path,
            RunDir = bundle.Path,
            Overlay = new OverlayRoot([.. step.LowersTopFirst, context.Paths.Skeleton], step.Upper, step.Work, Volatile: true),
            ExitPath = Path.Combine(bundle.Path, "exit.json"),
            EndsWithOwner = true,
            SeccompCacheDir = context.Paths.SeccompCache,
        }, attach: true);
        return Follow(session, output, ct);
    }

    private static int Follow(MonitorSession session, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        using CancellationTokenRegistration kill = ct.Register(() => ContainerProbe.Signal(session.State, SigKill));
        AttachResult result = session.Attach!.Pump(new PumpOptions { Output = output, DetachKeys = null }, CancellationToken.None);
        session.Attach.TakeOver();
        MonitorWait.Until(session.State, Timeout.InfiniteTimeSpan);
        if (result.End is not AttachEnd.Exited)
            StepBundle.End(session.State); // its monitor was killed, and what it would have removed is left
        ct.ThrowIfCancellationRequested();
        return result.End is AttachEnd.Exited ? result.ExitCode : throw new SlipwayException(ErrorKind.Internal, "the step's monitor ended without saying how the step did");
    }
}
