using Slipway.Linux;
using Slipway.Linux.Namespaces;

namespace Slipway.Runtime.Plan;

/// <summary>Collects the steps of a plan. Steps come in the order of their phases; a step out of order is a fault of ours and refused.</summary>
internal sealed class PlanBuilder
{
    private readonly List<KernelStep> _steps = [];
    private readonly List<(Register Register, int Value)> _inputs = [];
    private readonly List<MissingPlace> _places = [];
    private int _registers;
    private Register? _channel;

    /// <summary>Where trees that are attached nowhere are made.</summary>
    public PlanPhase Trees { get; set; } = PlanPhase.Trees;

    public Register NewRegister() => new(_registers++);

    /// <summary>A register that holds a descriptor of this process when the child begins.</summary>
    public Register Input(int fd)
    {
        Register register = NewRegister();
        _inputs.Add((register, fd));
        return register;
    }

    /// <summary>A place that the parent may have to make; what the child calls it.</summary>
    public int Place(MissingPlace place)
    {
        _places.Add(place);
        return _places.Count - 1;
    }

    /// <summary>The number of the child's channel to its parent, and its neighbours.</summary>
    public (Register Before, Register Itself, Register After) Channel()
    {
        _channel ??= NewRegister();
        int first = _channel.Value.Index;
        _registers = Math.Max(_registers, first + 3);
        return (new Register(first), new Register(first + 1), new Register(first + 2));
    }

    /// <summary>Adds a step.</summary>
    /// <param name="phase">Where it belongs.</param>
    /// <param name="call">What is done, as an error message begins.</param>
    /// <param name="subject">To what.</param>
    /// <param name="cause">The setting behind it.</param>
    /// <param name="ops">Adds its operations.</param>
    /// <param name="arguments">Options and values, for people.</param>
    /// <param name="reasons">What certain errors mean here.</param>
    public void Step(PlanPhase phase, string call, string? subject, string cause, Action<StepBuilder> ops, string arguments = "",
        IReadOnlyDictionary<Errno, string>? reasons = null)
    {
        if (_steps.Count > 0 && _steps[^1].Phase > phase)
            throw new InvalidOperationException($"step '{call}' of phase {phase} after phase {_steps[^1].Phase}");
        var builder = new StepBuilder();
        ops(builder);
        _steps.Add(new KernelStep
        {
            Number = _steps.Count + 1,
            Phase = phase,
            Call = call,
            Subject = subject,
            Cause = cause,
            Arguments = arguments,
            Reasons = reasons,
            Ops = builder.Finish(),
        });
    }

    public StartPlan Build(CloneFlags flags) => new()
    {
        Flags = flags,
        Steps = _steps,
        Inputs = _inputs,
        Places = _places,
        RegisterCount = _registers,
        Channel = _channel,
        ParentRegisters =
        [
            .. _steps.Where(step => step.Phase == PlanPhase.Trees).SelectMany(step => step.Ops)
                .Where(op => op.Result >= 0).Select(op => new Register(op.Result)).Distinct(),
        ],
    };
}
