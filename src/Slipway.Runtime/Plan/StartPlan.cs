using Slipway.Linux.Namespaces;

namespace Slipway.Runtime.Plan;

/// <summary>Everything that the child will do, as data: made by ordinary code, compared by tests, shown to people, then encoded and run.</summary>
public sealed record StartPlan
{
    /// <summary>Namespaces that the child is born into.</summary>
    public required CloneFlags Flags { get; init; }

    /// <summary>In order.</summary>
    public required IReadOnlyList<KernelStep> Steps { get; init; }

    /// <summary>How many operations, from the first, are the parent's.</summary>
    internal int ParentOps => Steps.Where(step => step.Phase == PlanPhase.Trees).Sum(step => step.Ops.Count);

    /// <summary>Those in which the parent leaves descriptors for the child.</summary>
    internal IReadOnlyList<Register> ParentRegisters { get; init; } = [];

    /// <summary>As <see cref="Linux.Processes.ChildProgram.ChannelRegisters"/>; null: none.</summary>
    internal Register? Channel { get; init; }

    internal IReadOnlyList<(Register Register, int Value)> Inputs { get; init; } = [];

    /// <summary>What the parent makes for the child where a link of the image's leads to nothing.</summary>
    internal IReadOnlyList<MissingPlace> Places { get; init; } = [];

    internal int RegisterCount { get; init; }

    /// <summary>What is done before, in ordinary code; known only to a plan that is made to be read.</summary>
    public IReadOnlyList<PreparedStep> Preparation { get; init; } = [];

    /// <summary>The plan for people: each step with the setting that caused it and its system calls.</summary>
    public string Render() => PlanText.Of(this);
}
