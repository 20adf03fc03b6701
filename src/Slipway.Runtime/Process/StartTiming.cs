using System.Globalization;
using System.Text;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Process;

/// <summary>What one part of a start cost.</summary>
/// <param name="Phase">A <see cref="PlanPhase"/>, or <c>Prepare</c> or <c>Clone</c>.</param>
/// <param name="What">The step.</param>
/// <param name="Nanoseconds">From its beginning to that of the next; with what the process waited for, as hooks.</param>
public sealed record StepCost(string Phase, string What, long Nanoseconds);

/// <summary>What a start cost, step by step in the order in which they were done.</summary>
/// <param name="Costs">The steps.</param>
public sealed record StartTiming(IReadOnlyList<StepCost> Costs)
{
    private const decimal Micro = 1000;

    /// <summary>For people: a line a step in microseconds, then the sums of the phases.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.Append("        µs  step\n");
        foreach (StepCost cost in Costs)
            text.Append(CultureInfo.InvariantCulture, $"{cost.Nanoseconds / Micro,10:0.0}  {cost.Phase,-11} {cost.What}\n");
        text.Append("\n        µs  phase\n");
        foreach (IGrouping<string, StepCost> phase in Costs.GroupBy(cost => cost.Phase))
            text.Append(CultureInfo.InvariantCulture, $"{phase.Sum(cost => cost.Nanoseconds) / Micro,10:0.0}  {phase.Key}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Costs.Sum(cost => cost.Nanoseconds) / Micro,10:0.0}  all\n");
        return text.ToString();
    }
}
