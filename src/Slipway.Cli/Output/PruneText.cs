using System.Text;
using Slipway.Engine.Pruning;

namespace Slipway.Cli.Output;

/// <summary>What docker's prunes say that they have removed.</summary>
internal static class PruneText
{
    // In docker's order of system prune.
    private static readonly (PruneKind Kind, string Heading)[] s_sections =
    [
        (PruneKind.Container, "Deleted Containers:"), (PruneKind.Network, "Deleted Networks:"), (PruneKind.Volume, "Deleted Volumes:"), (PruneKind.Image, "Deleted Images:"),
        (PruneKind.BuildCache, "Deleted build cache objects:"), (PruneKind.Download, "Deleted unfinished downloads:"),
    ];

    public static void Print(PruneReport report)
    {
        var text = new StringBuilder();
        foreach ((PruneKind kind, string heading) in s_sections)
        {
            List<string> lines = [.. report.Removed.Where(o => o.Candidate.Kind == kind).SelectMany(LinesOf)];
            if (lines.Count > 0)
                text.Append(heading).Append('\n').AppendJoin('\n', lines).Append("\n\n");
        }
        StandardOutput.Write(text.Append("Total reclaimed space: ").Append(Humanize.Size(report.Bytes, digits: 4)).Append('\n'));
        if (report.Removed.Any(o => o.Candidate.ToTrash))
            Console.Error.WriteLine($"Note: {Humanize.Size(report.TrashedBytes, digits: 4)} of it are in the trash: 'slip undo' brings them back, 'slip trash rm --all' or --purge frees them");
    }

    private static IEnumerable<string> LinesOf(PruneOutcome outcome) => outcome switch
    {
        { Image: { } image } => RemovalText.Lines(image, "untagged", "deleted"),
        { Candidate.Kind: PruneKind.Container } => [outcome.Candidate.Id],
        _ => [outcome.Candidate.Name],
    };
}
