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
        if (report.TrashedBytes > 0 || report.Removed.Any(o => o.Candidate.ToTrash))
            text.Append("In the trash, to be brought back by 'slip undo': ").Append(Humanize.Size(report.TrashedBytes, digits: 4)).Append('\n');
        StandardOutput.Write(text.Append("Total reclaimed space: ").Append(Humanize.Size(report.Bytes, digits: 4)).Append('\n'));
    }

    private static IEnumerable<string> LinesOf(PruneOutcome outcome) => outcome switch
    {
        { Image: { } image } => RemovalText.Lines(image, "untagged", "deleted"),
        { Candidate.Kind: PruneKind.Container } => [outcome.Candidate.Id],
        _ => [outcome.Candidate.Name],
    };
}
