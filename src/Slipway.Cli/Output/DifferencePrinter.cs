using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Comparing;
using Slipway.Store.Snapshots;

namespace Slipway.Cli.Output;

/// <summary>Differences between two trees for people: a line each, and the sums.</summary>
internal sealed class DifferencePrinter(bool exact)
{
    private const int DirectoryDepth = 2, MarkWidth = 2;

    public void Print(IReadOnlyList<PathDifference> differences, bool onlySums)
    {
        var text = new StringBuilder();
        if (onlySums)
            AddDirectories(text, differences);
        else
            AddLines(text, differences);
        AddSum(text, differences);
        Console.Out.Write(text);
    }

    /// <summary>What differs, in words: <c>content 12B -> 14B, mode 0644 -> 0755</c>.</summary>
    public string Describe(Differing what, PathState before, PathState after)
    {
        var parts = new List<string>();
        if (what.HasFlag(Differing.Type))
            parts.Add($"{Name(before)} -> {Name(after)}");
        if (what.HasFlag(Differing.Size))
            parts.Add($"content {Size(before.Size)} -> {Size(after.Size)}");
        else if (what.HasFlag(Differing.Content))
            parts.Add($"content of {Size(after.Size)}");
        if (what.HasFlag(Differing.Mode))
            parts.Add($"mode {Octal(before.Mode)} -> {Octal(after.Mode)}");
        if (what.HasFlag(Differing.Owner))
            parts.Add($"owner {before.Uid}:{before.Gid} -> {after.Uid}:{after.Gid}");
        if (what.HasFlag(Differing.LinkTarget))
            parts.Add($"link {Printable.Escape(before.LinkTarget ?? "")} -> {Printable.Escape(after.LinkTarget ?? "")}");
        if (what.HasFlag(Differing.Device))
            parts.Add($"device {before.Device.Major}:{before.Device.Minor} -> {after.Device.Major}:{after.Device.Minor}");
        if (what.HasFlag(Differing.Attributes))
            parts.Add("attributes");
        if (what.HasFlag(Differing.Time))
            parts.Add($"time {Time(before)} -> {Time(after)}");
        return string.Join(", ", parts);
    }

    /// <summary>What something is, in a word or two: <c>file 12B</c>.</summary>
    public string Describe(PathState state) => state.Type switch
    {
        FileType.Regular => $"file {Size(state.Size)}",
        FileType.Symlink => $"link to {Printable.Escape(state.LinkTarget ?? "")}",
        _ => Name(state),
    };

    /// <summary>Permission bits as chmod takes them.</summary>
    public static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    /// <summary>Bytes as this printer shows them.</summary>
    public string Size(long bytes) => exact ? $"{bytes}B" : Humanize.Size(bytes);

    /// <summary>What kind of file it is.</summary>
    public static string Name(PathState state) => state.Type switch
    {
        FileType.Regular => "file",
        FileType.Directory => "directory",
        FileType.Symlink => "link",
        FileType.Fifo => "fifo",
        FileType.Socket => "socket",
        FileType.CharacterDevice or FileType.BlockDevice => "device",
        _ => "something else",
    };

    private void AddLines(StringBuilder text, IReadOnlyList<PathDifference> differences)
    {
        foreach (PathDifference difference in differences)
        {
            string what = difference.Before is { } before && difference.After is { } after ? Describe(difference.What, before, after) : Describe((difference.Before ?? difference.After)!);
            text.Append("CAD"[(int)difference.Kind]).Append(' ', MarkWidth - 1).Append(Printable.Escape(difference.Path)).Append("  (").Append(what).Append(")\n");
        }
    }

    private void AddDirectories(StringBuilder text, IReadOnlyList<PathDifference> differences)
    {
        foreach (IGrouping<string, PathDifference> group in differences.GroupBy(d => Top(d.Path)).OrderBy(g => g.Key, StringComparer.Ordinal))
            text.Append(Printable.Escape(group.Key)).Append(": ").Append(Sum([.. group])).Append('\n');
    }

    private void AddSum(StringBuilder text, IReadOnlyList<PathDifference> differences) => text.Append(differences.Count == 0 ? "no difference" : Sum(differences)).Append('\n');

    // 3 added (+1.2MB), 1 changed (-12B), 2 deleted (-4kB)
    private string Sum(IReadOnlyList<PathDifference> differences)
    {
        var parts = new List<string>();
        foreach ((ChangeKind kind, string word) in (ReadOnlySpan<(ChangeKind, string)>)[(ChangeKind.Added, "added"), (ChangeKind.Modified, "changed"), (ChangeKind.Deleted, "deleted")])
        {
            long bytes = 0;
            int count = 0;
            foreach (PathDifference difference in differences.Where(d => d.Kind == kind))
            {
                count++;
                bytes += (difference.After?.Size ?? 0) - (difference.Before?.Size ?? 0);
            }
            if (count > 0)
                parts.Add($"{count} {word} ({(bytes < 0 ? "-" : "+")}{Size(Math.Abs(bytes))})");
        }
        return string.Join(", ", parts);
    }

    private static string Top(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length <= DirectoryDepth ? "/" + string.Join('/', parts.SkipLast(1)) : "/" + string.Join('/', parts.Take(DirectoryDepth));
    }

    private static string Time(PathState state) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(state.Modified.Seconds, 0, 253402300799)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
