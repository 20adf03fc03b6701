using Slipway.Engine.Pruning;
using Slipway.Linux;

namespace Slipway.Cli.Output;

/// <summary>A prune's plan, and what became of it, for people.</summary>
internal static class PlanPrinter
{
    public static void Print(PrunePlan plan, DateTimeOffset now)
    {
        if (plan.Candidates.Count == 0)
        {
            Console.Out.WriteLine("nothing to prune: everything is in use");
            return;
        }
        var table = new Table("KIND", "NAME", "FREES", "LAST USED", "REASON");
        foreach (PruneCandidate item in plan.Candidates)
            table.Add(KindOf(item), Printable.Escape(item.Name), item.ToTrash ? $"({Humanize.Size(item.Bytes)})" : Humanize.Size(item.Bytes), item.LastUse is { } use ? Humanize.Ago(use, now) : "unknown", Printable.Escape(item.Reason));
        table.Print();
        Console.Out.WriteLine();
        if (plan.Candidates.Any(c => c.ToTrash))
            Console.Out.WriteLine($"What is in brackets, {Humanize.Size(plan.TrashedBytes, digits: 4)}, goes to the trash, where 'slip undo' finds it: it is free when that gives it up, or with --purge.");
        Console.Out.WriteLine($"plan {plan.Id}: {Count(plan.Candidates.Count)}, {Humanize.Size(plan.Bytes, digits: 4)}. Nothing is removed yet; within a day:");
        Console.Out.WriteLine($"  slip prune --apply {plan.Id}");
    }

    public static void Print(PruneReport report)
    {
        foreach (PruneOutcome outcome in report.Outcomes)
        {
            string what = $"{KindOf(outcome.Candidate)} {Printable.Escape(outcome.Candidate.Name)}";
            Console.Out.WriteLine(outcome.Skipped is { } why ? $"left: {what}: {Printable.Escape(why)}" : outcome.Candidate.ToTrash ? $"removed: {what}, in the trash" : $"removed: {what}, {Humanize.Size(outcome.Candidate.Bytes)}");
        }
        int left = report.Skipped.Count();
        Console.Out.WriteLine($"{Count(report.Outcomes.Count - left)} removed, {left} left, {Humanize.Size(report.Bytes, digits: 4)} freed");
    }

    private static string KindOf(PruneCandidate item) => item.Kind switch
    {
        PruneKind.Container => "container",
        PruneKind.Network => "network",
        PruneKind.Volume => "volume",
        PruneKind.Image => "image",
        PruneKind.BuildCache => "build cache",
        PruneKind.PackedCopy => "packed copy",
        PruneKind.Trash => "trash",
        _ => "download",
    };

    private static string Count(int count) => count == 1 ? "1 object" : $"{count} objects";
}
