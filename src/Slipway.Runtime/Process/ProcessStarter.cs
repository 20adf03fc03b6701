using Slipway.Linux;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Host;
using Slipway.Runtime.Mounts;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Seccomp;

namespace Slipway.Runtime.Process;

/// <summary>Starts the first process of a container.</summary>
public static class ProcessStarter
{
    /// <summary>
    /// Makes the container and returns once its process has been executed, or waits at <see cref="StartOptions.StartFifo"/>. With
    /// <see cref="StartOptions.DiesWithParent"/> call it from a thread that lives as long as the container may.
    /// </summary>
    /// <exception cref="SlipwayException">CommandNotFound, CommandNotExecutable, Denied, InvalidArgument, or Internal with the step that failed.</exception>
    public static StartedProcess Start(RuntimeSpec spec, StartOptions options)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        long began = options.Watch is null ? 0 : OperationTimes.Now();
        NamespacePlan namespaces = NamespacePlan.From(spec.Linux ?? new LinuxSpec());
        SecurityModules.Require(spec.Process);
        // (1) What the child can't do for itself: the compiled filter, the terminal, the cgroup's directories.
        LoadableFilter? filter = spec.Linux?.Seccomp is { } seccomp ? LoadableFilter.Of(seccomp, options.SeccompCacheDir) : null;
        using ContainerPty? pty = spec.Process?.Terminal == true ? ContainerPty.Make(spec, options.KeepsNewlines) : null;
        using CreatedCgroup cgroup = options.WithoutCgroup
            ? CreatedCgroup.None
            : CgroupCreator.Create(spec.Linux, options.ContainerId, options.EveryController);
        using IdMaps maps = IdMaps.Make(spec);
        using SafeFd? init = options.Init ? InitProgram.Open() : null;
        PlanInputs inputs = InputsOf(options, namespaces, filter) with
        {
            Init = init,
            CgroupJoins = cgroup.Joins,
            CgroupViews = cgroup.Views,
            Pty = pty is null ? null : new PtyInputs(pty.Slave, pty.Mount),
            IdMaps = maps,
        };
        try
        {
            // (2) The plan, (3) its run.
            StartPlan plan = StartPlanner.Plan(spec, options, inputs);
            using SafeFd? pidNamespace = !namespaces.NeedsFork && namespaces.PathOf(CloneFlags.CLONE_NEWPID) is { } path ? SmallFile.Open(path) : null;
            using var duties = new ParentDuties(spec, options, namespaces, cgroup.Cgroup, plan);
            using StartRecorder? recorder = options.Watch is { } watch ? new StartRecorder(watch, plan, began) : null;
            var runner = new PlanRunner(plan, spec.Process!.Args[0]) { BornIn = cgroup.BornIn, PidNamespace = pidNamespace, Reached = duties.At, Recorder = recorder };
            ChildStarted child = runner.Run();
            cgroup.Keep();
            return new StartedProcess(child.Pid, child.PidFd, pty?.TakeMaster(), cgroup.Cgroup);
        }
        catch (LinuxException error)
        {
            throw new SlipwayException(error.Errno is Errno.EPERM or Errno.EACCES ? ErrorKind.Denied : ErrorKind.Internal, error.Message, error);
        }
    }

    /// <summary>
    /// The plan that <see cref="Start"/> would follow here and now, for people to read. Nothing is started, made or left: descriptors that
    /// would be prepared stand in it as -1.
    /// </summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="options">As for <see cref="Start"/>.</param>
    /// <param name="made">Directories that bind mounts name and that would be made before; null for none.</param>
    /// <exception cref="SlipwayException">As <see cref="Start"/>, as far as it can be known.</exception>
    public static StartPlan Explain(RuntimeSpec spec, StartOptions options, IReadOnlyCollection<string>? made = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        NamespacePlan namespaces = NamespacePlan.From(spec.Linux ?? new LinuxSpec());
        SecurityModules.Require(spec.Process);
        LoadableFilter? filter = spec.Linux?.Seccomp is { } seccomp ? LoadableFilter.Of(seccomp, cacheDir: null) : null;
        CgroupForecast cgroup = options.WithoutCgroup ? new(0, [], []) : CgroupCreator.Foresee(spec.Linux, options.ContainerId, options.EveryController);
        using var none = new SafeFd(-1);
        using IdMaps maps = IdMaps.Foresee(spec);
        PlanInputs inputs = InputsOf(options, namespaces, filter) with
        {
            CgroupJoins = [.. Enumerable.Repeat(none, cgroup.Joins)],
            CgroupViews = cgroup.Views,
            Pty = spec.Process?.Terminal != true ? null : new PtyInputs(none, ContainerPty.HasMount(spec) ? none : null),
            IdMaps = maps,
            Init = options.Init ? none : null,
            Inspect = path => FileKind.Of(path) ?? (made?.Contains(path) == true ? FileKind.Directory : null),
        };
        IEnumerable<PreparedStep> terminal = inputs.Pty is null ? [] : [new PreparedStep("make a terminal", null, "", "process.terminal")];
        return StartPlanner.Plan(spec, options, inputs) with { Preparation = [.. terminal, .. cgroup.Steps] };
    }

    private static PlanInputs InputsOf(StartOptions options, NamespacePlan namespaces, LoadableFilter? filter) => new()
    {
        Grantable = namespaces.HasUser ? ulong.MaxValue : OwnCapabilities.Effective(),
        Stdio = options.Stdio is { } stdio ? [stdio.Stdin, stdio.Stdout, stdio.Stderr] : null,
        DiesWithParent = options.DiesWithParent,
        PreservedFds = options.PreservedFds,
        Gate = new StartGate(Checked: options.StartFifo is not null, Waits: options.Ready is not null, options.StartFifo),
        Filter = filter,
        KernelMounts = options.NoPivot ? KernelMountList.Read() : [],
        LowerByLower = HostCapabilities.HasLowerByLower,
    };
}
