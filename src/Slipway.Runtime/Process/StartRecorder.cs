using Slipway.Linux.Processes;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Process;

/// <summary>Tells a <see cref="StartWatch"/> what a plan's run does, out of the times that the child notes.</summary>
/// <remarks>
/// Some sentences begin with words that are runc's own: tools that read a runtime's debug log look for them, and each stands where the same
/// thing has happened here.
/// </remarks>
internal sealed class StartRecorder : IDisposable
{
    private readonly StartWatch _watch;
    private readonly StartPlan _plan;
    private readonly bool _joins;
    private readonly long _began;
    private long _cloning, _last;
    private int _told;
    private bool _toldChild;

    /// <param name="watch">Who wants to know.</param>
    /// <param name="plan">What is about to run.</param>
    /// <param name="began">When its preparation began, by <see cref="OperationTimes.Now"/>.</param>
    public StartRecorder(StartWatch watch, StartPlan plan, long began)
    {
        (_watch, _plan) = (watch, plan);
        _joins = plan.Steps.Any(static step => step.Phase == PlanPhase.Join);
        Times = new OperationTimes(plan.Steps.Sum(static step => step.Ops.Count));
        _began = began;
        Debug($"{plan.Steps.Count} steps are planned");
    }

    public OperationTimes Times { get; }

    public void Cloning()
    {
        _cloning = _last = OperationTimes.Now();
        Tell();
        Debug($"nsexec container setup: clone3 with {_plan.Flags}");
    }

    public void Waits(ChildWaiting waiting)
    {
        Child(waiting.Child.Pid);
        Tell();
        Debug($"the process waits at the checkpoint {(Checkpoint)waiting.Checkpoint}");
    }

    public void Failed(ChildFailed failed)
    {
        _last = OperationTimes.Now();
        Tell();
        (KernelStep step, _) = PlanEncoder.StepOf(_plan, failed.Op);
        Debug($"step {step.Number} failed with {failed.Errno}: {step}");
    }

    public void Done(ChildStarted child)
    {
        _last = OperationTimes.Now();
        Child(child.Pid);
        Tell();
        Debug(_joins ? "setns_init: about to exec: the process has left the plan for its program" : "init: closing the pipe to signal completion: the process has left the plan");
        _watch.Timing?.Invoke(new StartTiming([.. Costs()]));
    }

    public void Dispose() => Times.Dispose();

    private void Child(int pid)
    {
        if (!_toldChild)
            Debug($"child process in init(): {pid} runs the plan");
        _toldChild = true;
    }

    // The phases of which something has been done since the last time.
    private void Tell()
    {
        if (_watch.Debug is null)
            return;
        int first = 0, end = 0;
        foreach (KernelStep step in _plan.Steps)
        {
            first = end;
            end += step.Ops.Count;
            if (first < _told || BeganOf(step, first) is null)
                continue;
            _told = end;
            foreach (KernelOp filter in step.Ops.Where(static op => op.Number == Syscall.seccomp && op.Kind == ChildOpKind.Call))
                Debug($"seccomp filter flags: {filter.Args[1].Value & ~KernelConstants.SECCOMP_FILTER_FLAG_TSYNC}"); // means nothing to one thread
            Debug($"step {step.Number} of {_plan.Steps.Count}, {step.Phase}: {step}");
        }
    }

    private IEnumerable<StepCost> Costs()
    {
        var begun = new List<(KernelStep? Step, long Began)>();
        int first = 0;
        foreach (KernelStep step in _plan.Steps)
        {
            if (BeganOf(step, first) is { } began)
                begun.Add((step, began));
            first += step.Ops.Count;
        }
        begun.Insert(begun.TakeWhile(static entry => entry.Step!.Phase == PlanPhase.Trees).Count(), (null, _cloning));
        yield return new StepCost("Prepare", "look at the host, make the cgroup and the terminal, compile the filter, plan", begun[0].Began - _began);
        for (int i = 0; i < begun.Count; i++)
        {
            (KernelStep? step, long began) = begun[i];
            long end = i + 1 < begun.Count ? begun[i + 1].Began : _last;
            yield return step is null
                ? new StepCost("Clone", $"make the process: {_plan.Flags}", end - began)
                : new StepCost(step.Phase.ToString(), step.ToString(), end - began);
        }
    }

    private long? BeganOf(KernelStep step, int first)
    {
        for (int i = 0; i < step.Ops.Count; i++)
        {
            if (Times.Began(first + i) is { } began)
                return began;
        }
        return null;
    }

    private void Debug(string message) => _watch.Debug?.Invoke(message);
}
