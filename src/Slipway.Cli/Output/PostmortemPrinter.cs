using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Postmortems;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Logs;
using Slipway.Runtime.State;
using Slipway.Store.Snapshots;

namespace Slipway.Cli.Output;

/// <summary>Shows why a container ended.</summary>
/// <param name="now">The time that ages are told from.</param>
internal sealed class PostmortemPrinter(DateTimeOffset now)
{
    private const int MostPaths = 10;

    public void Print(Postmortem found)
    {
        ContainerRecord container = found.Container;
        Console.Out.WriteLine($"{container.Name} {Escape(found.Cause.What)}");
        Row("container", $"{container.ShortId} of {container.Request.Image}{(found.IsInTrash ? $", in the trash: 'slip undo {container.Name}' brings it back" : "")}");
        Row("command", Escape(found.Command));
        if (found.Ending is { } ending)
            PrintEnding(ending, container);
        if (container.Restarts > 0)
            Row("restarts", container.Restarts.ToString(CultureInfo.InvariantCulture));
        Row("changed", Count(found.Changes));
        foreach (Change change in found.Changes.Take(MostPaths))
            Console.Out.WriteLine($"  {"CAD"[(int)change.Kind]} {Escape(change.Path)}");
        if (found.Changes.Count > MostPaths)
            Console.Out.WriteLine($"  and {found.Changes.Count - MostPaths} more{(found.IsInTrash ? "" : $": slip diff {container.Name}")}");
        PrintOutput(found);
        if (found.Cause.Advice is { } advice)
            Console.Out.WriteLine($"next: {advice}");
    }

    private void PrintEnding(ExitRecord ending, ContainerRecord container)
    {
        Row("ended", $"{Humanize.Ago(ending.FinishedAt, now)}, after {Seconds(ending.FinishedAt - ending.StartedAt)}");
        string limit = container.Request.Resources.MemoryBytes is { } bytes ? $" of {Humanize.BinarySize((ulong)bytes)}" : "";
        if (ending.MemoryPeak is { } peak)
            Row("memory", $"{Humanize.BinarySize((ulong)peak)}{limit} at most");
        else if (ending.LargestProcess is { } largest)
            Row("memory", $"{Humanize.BinarySize((ulong)largest)} in its largest process; all of them together are counted where there is a limit (-m)");
        if (ending is { Error: { } error, Signal: > 0 })
            Row("note", Escape(error));
    }

    private static void PrintOutput(Postmortem found)
    {
        if (!found.Container.Request.Log.Keeps)
            Row("output", $"not kept (--log-driver {found.Container.Request.Log.Driver})");
        else if (found.LastOutput.Count == 0)
            Row("output", "none");
        else
            Console.Out.WriteLine("last output:");
        foreach (LogEntry entry in found.LastOutput)
            Console.Out.WriteLine($"  {Text(entry)}");
    }

    private static string Count(IReadOnlyList<Change> changes)
    {
        if (changes.Count == 0)
            return "no files";
        int added = changes.Count(c => c.Kind is ChangeKind.Added), deleted = changes.Count(c => c.Kind is ChangeKind.Deleted);
        return $"{added} added, {changes.Count - added - deleted} changed, {deleted} deleted";
    }

    /// <summary>All of it, for programs.</summary>
    public static JsonObject Json(Postmortem found) => new()
    {
        ["container"] = found.Container.Name,
        ["id"] = found.Container.Id,
        ["image"] = found.Container.Request.Image,
        ["inTrash"] = found.IsInTrash,
        ["command"] = found.Command,
        ["failed"] = found.Cause.IsFailure,
        ["cause"] = found.Cause.What,
        ["advice"] = found.Cause.Advice,
        ["exitCode"] = found.Container.ExitCode,
        ["signal"] = found.Ending is { Signal: > 0 and var signal } ? SignalNames.Of(signal) : null,
        ["oomKilled"] = found.Container.OomKilled,
        ["startedAt"] = found.Ending?.StartedAt.ToString("O", CultureInfo.InvariantCulture),
        ["finishedAt"] = found.Ending?.FinishedAt.ToString("O", CultureInfo.InvariantCulture),
        ["memoryPeak"] = found.Ending?.MemoryPeak,
        ["largestProcess"] = found.Ending?.LargestProcess,
        ["memoryLimit"] = found.Container.Request.Resources.MemoryBytes,
        ["restarts"] = found.Container.Restarts,
        ["lastOutput"] = Strings(found.LastOutput.Select(static e => Encoding.UTF8.GetString(e.Text.Span).TrimEnd('\n'))),
        ["changes"] = new JsonArray([.. found.Changes.Select(c => (JsonNode)new JsonObject { ["kind"] = "CAD"[(int)c.Kind].ToString(), ["path"] = c.Path })]),
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static void Row(string name, string value) => Console.Out.WriteLine($"  {name,-10} {value}");

    private static string Escape(string text) => Printable.Escape(text);

    private static string Text(LogEntry entry) => Escape(Encoding.UTF8.GetString(entry.Text.Span).TrimEnd('\r', '\n'));

    private static string Seconds(TimeSpan span) => span.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.##} s") : Humanize.Duration(span);
}
