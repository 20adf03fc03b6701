using Slipway.Store.Checking;

namespace Slipway.Cli.Output;

/// <summary>What a check has found, a line each, and a last line that counts.</summary>
internal static class FindingsReport
{
    /// <summary>Prints; the exit code: 1 where something is still wrong.</summary>
    public static int Print(IReadOnlyList<Finding> findings, OneLine progress)
    {
        progress.Clear();
        foreach (Finding finding in findings)
        {
            string state = finding.State switch { FindingState.Repaired => "repaired: ", FindingState.Removed => "removed: ", _ => "" };
            Console.Out.WriteLine($"{state}{finding.Subject}: {finding.Problem}{(finding.Note is { } note ? $" ({note})" : "")}");
        }
        int open = findings.Count(f => f.State == FindingState.Found);
        Console.Out.WriteLine(findings.Count == 0 ? "everything is as it should be" : open == 0 ? $"{findings.Count} mended, nothing is wrong any more" : $"{open} wrong, {findings.Count - open} mended");
        return open == 0 ? 0 : 1;
    }
}
