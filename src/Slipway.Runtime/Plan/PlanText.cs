using System.Text;
using Slipway.Linux;

namespace Slipway.Runtime.Plan;

/// <summary>A plan for people: two lines a step, what is done by which setting, and by which system calls.</summary>
internal static class PlanText
{
    private const int Indent = 17;

    public static string Of(StartPlan plan)
    {
        var text = new StringBuilder();
        foreach (PreparedStep prepared in plan.Preparation)
            Append(text, "", "Prepare", prepared.Subject is null ? prepared.Call : $"{prepared.Call} '{Printable.Escape(prepared.Subject)}'", prepared.Arguments, prepared.Cause, "");
        bool cloned = false;
        foreach (KernelStep step in plan.Steps)
        {
            if (!cloned && step.Phase != PlanPhase.Trees)
            {
                Append(text, "", "Clone", "make the process", $"{plan.Flags}", "linux.namespaces", $"clone3 {StepCalls.OfEveryChild}");
                cloned = true;
            }
            Append(text, $"{step.Number}", $"{step.Phase}", $"{step}", step.Arguments, step.Cause, StepCalls.Of(step));
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string number, string phase, string what, string arguments, string cause, string calls)
    {
        text.Append($"{number,3}  {phase,-11} {what}");
        if (arguments.Length > 0)
            text.Append("  ").Append(Printable.Escape(arguments));
        text.Append("  <- ").Append(cause).Append('\n');
        if (calls.Length > 0)
            text.Append(' ', Indent).Append(": ").Append(calls).Append('\n');
    }
}
