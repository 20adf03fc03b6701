using System.Text;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Plan;

/// <summary>The system calls of a step for people: <c>fsopen fsconfig*2 [fsconfig] fsmount</c>. In brackets: left out by what an earlier one answers.</summary>
internal static class StepCalls
{
    /// <summary>The first calls of every child, which no setting causes: its channel to the parent goes to a high number.</summary>
    public const string OfEveryChild = "fcntl close";

    public static string Of(KernelStep step)
    {
        var calls = new List<(string Name, bool Maybe)>();
        int leftOutUntil = 0;
        for (int i = 0; i < step.Ops.Count; i++)
        {
            KernelOp op = step.Ops[i];
            foreach (string name in NamesOf(op))
                calls.Add((name, i < leftOutUntil));
            // Further places on PATH. One where something lies that may not be executed is looked at besides (newfstatat).
            if (op.Kind == ChildOpKind.Execute)
                calls.AddRange(Enumerable.Repeat(("execve", true), PathsOf(op) - 1));
            leftOutUntil = Math.Max(leftOutUntil, i + 1 + Math.Max(op.SkipOk, op.SkipTolerated));
        }
        return Write(calls);
    }

    // A vector that ends in null.
    private static int PathsOf(KernelOp execute) => ((Operand[])execute.Args[0].Data!).Length - 1;

    private static string[] NamesOf(KernelOp op) => op.Kind switch
    {
        ChildOpKind.Call => [op.Number.ToString()],
        ChildOpKind.Checkpoint => op.Args[1].Value != 0 ? ["write", "read"] : ["write"],
        ChildOpKind.Fork => ["clone3"],
        ChildOpKind.Execute => ["execve"],
        _ => [],
    };

    private static string Write(List<(string Name, bool Maybe)> calls)
    {
        var text = new StringBuilder();
        bool inBrackets = false;
        for (int i = 0, next; i < calls.Count; i = next)
        {
            next = i + 1;
            while (next < calls.Count && calls[next] == calls[i])
                next++;
            if (inBrackets && !calls[i].Maybe)
                text.Append(']');
            text.Append(i > 0 ? " " : "");
            if (!inBrackets && calls[i].Maybe)
                text.Append('[');
            inBrackets = calls[i].Maybe;
            text.Append(calls[i].Name);
            if (next > i + 1)
                text.Append('*').Append(next - i);
        }
        return text.Append(inBrackets ? "]" : "").ToString();
    }
}
