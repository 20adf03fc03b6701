using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;
using Slipway.Runtime.Specs;
using Slipway.Runtime.State;
using Slipway.Runtime.Users;
using Slipway.Store.Snapshots;

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
        string id = RandomBytes.Hex256();
        using LockedDirectory bundle = StepBundle.Create(context.Paths);
        RuntimeSpec spec = SpecOf(step, id);
        File.WriteAllBytes(Path.Combine(bundle.Path, "config.json"), RuntimeSpecJson.Write(spec));
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

    private static RuntimeSpec SpecOf(RunStep step, string id)
    {
        using DirFd root = new(OverlayMount.OpenDetached([step.Upper, .. step.LowersTopFirst], null, null));
        ResolvedUser user = UserResolver.Resolve(root, step.User, []);
        bool ownNetwork = step.Network != "host";
        List<string> environment = [.. step.Env];
        Containers.EnvironmentList.SetDefault(environment, "HOME=" + user.Home);
        return new()
        {
            OciVersion = "1.2.0",
            // Always the same name: what a step sees must not differ from build to build.
            Hostname = "buildstep",
            Root = new() { Path = step.Upper },
            Process = new()
            {
                Args = step.Args,
                Cwd = step.WorkingDirectory,
                Env = environment,
                User = user.Spec,
                Capabilities = DefaultSpec.CapabilitySets(DefaultSpec.Capabilities, user.Spec.Uid),
            },
            Mounts = DefaultSpec.Mounts(ownNetwork),
            Linux = new()
            {
                Namespaces = DefaultSpec.Namespaces(ownNetwork),
                CgroupsPath = "/slipway/build-" + id[..12],
                Seccomp = DefaultSpec.Seccomp(DefaultSpec.Capabilities),
                MaskedPaths = DefaultSpec.MaskedPaths,
                ReadonlyPaths = DefaultSpec.ReadonlyPaths,
                Resources = new() { Pids = new() { Limit = DefaultSpec.PidsLimit }, Devices = DefaultSpec.DeviceRules },
            },
        };
    }
}
