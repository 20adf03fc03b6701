using System.Text;
using Slipway.Engine.Recording;
using Slipway.Linux;
using Slipway.Store.Explaining;

namespace Slipway.Cli.Output.Explaining;

/// <summary>Where an image's bytes are, for people: the largest first, and what to do about each.</summary>
internal sealed class ImagePrinter(bool verbose)
{
    private const int Shown = 5, ShownPaths = 3, ShownCommands = 20, SizeWidth = 10;
    private readonly StringBuilder _text = new();

    public void Print(string name, ImageExplanation image, CommitRecord? commit)
    {
        _text.Append($"{Printable.Escape(name)}: {Size(image.StoredBytes)} of files in {image.Steps.Count} layer{(image.Steps.Count == 1 ? "" : "s")}, {Size(image.HiddenBytes)} of it hidden, {Size(image.RepeatedBytes)} more than once\n");
        Commit(commit);
        Steps(image);
        Hidden(image);
        Repeated(image);
        Caches(image);
        if (image.HiddenBytes + image.RepeatedBytes == 0 && image.Caches.Count == 0)
            _text.Append("\nEverything that is stored can be seen, and is stored once.\n");
        Console.Out.Write(_text);
    }

    private void Commit(CommitRecord? commit)
    {
        if (commit is null)
            return;
        _text.Append($"\nCommitted from container {Printable.Escape(commit.Container)} of {Printable.Escape(commit.Image)} by {Printable.Escape(commit.By)}: what was done in it is in no Dockerfile\n");
        if (!commit.IsComplete)
            More("of what was executed in it, the first part is not known any more");
        foreach (string command in verbose ? commit.Executed : commit.Executed.TakeLast(ShownCommands))
            More($"exec  {Printable.Escape(command)}");
        if (!verbose && commit.Executed.Count > ShownCommands)
            More($"and {commit.Executed.Count - ShownCommands} before: -v shows all");
    }

    private void Steps(ImageExplanation image)
    {
        IReadOnlyList<StepContent> largest = [.. image.Steps.OrderByDescending(s => s.Bytes).Where(s => s.Bytes > 0)];
        Section("The biggest steps", largest, step => Line(step.Bytes, $"layer {step.Step.Number}  {Instruction(step.Step)}  ({Files(step.Files)})"));
    }

    private void Hidden(ImageExplanation image) => Section($"Stored and not seen: {Size(image.HiddenBytes)}", image.Hidden, hidden =>
    {
        string how = hidden.Kind switch
        {
            HiddenKind.Doubled => $"stored again with another {string.Join(" and ", DifferenceJson.Words(hidden.Changed).DefaultIfEmpty("time"))} by",
            HiddenKind.Removed => "removed by",
            _ => "replaced by",
        };
        Line(hidden.Bytes, $"layer {hidden.Step.Number}  {Instruction(hidden.Step)}");
        More($"{how} layer {hidden.By.Number}  {Instruction(hidden.By)}");
        IEnumerable<SizedPath> paths = hidden.Largest.Take(verbose ? int.MaxValue : ShownPaths);
        More($"{Files(hidden.Files)}: {string.Join(", ", paths.Select(p => $"{Printable.Escape(p.Path)} {Size(p.Bytes)}"))}{(hidden.Files > paths.Count() ? ", …" : "")}");
        Fix(hidden.Fix);
    });

    private void Repeated(ImageExplanation image)
    {
        Section($"The same content more than once: {Size(image.RepeatedBytes)}", image.Repeated, repeated =>
        {
            IEnumerable<string> paths = repeated.Paths.Take(verbose ? int.MaxValue : ShownPaths);
            Line(repeated.Bytes, $"{repeated.Count} times {Size(repeated.Size)}: {string.Join(", ", paths.Select(Printable.Escape))}{(repeated.Count > paths.Count() ? ", …" : "")}");
        });
        if (image.Repeated.Count > 0)
            Fix("keep one of each, and make links of the others in the same step");
        if (!image.AllCompared)
            More("of more than a million files, the smaller ones were not compared");
    }

    private void Caches(ImageExplanation image) => Section($"Left by package managers: {Size(image.Caches.Sum(c => c.Bytes))}", image.Caches, cache =>
    {
        Line(cache.Bytes, $"{cache.Name} in {Printable.Escape(cache.Path)} ({Files(cache.Files)})");
        foreach (LayerStep step in cache.Steps)
            More($"layer {step.Number}  {Instruction(step)}");
        Fix(cache.Fix);
    });

    private void Section<T>(string title, IReadOnlyList<T> items, Action<T> print)
    {
        if (items.Count == 0)
            return;
        _text.Append('\n').Append(title).Append('\n');
        int shown = verbose ? items.Count : Math.Min(items.Count, Shown);
        for (int i = 0; i < shown; i++)
            print(items[i]);
        if (shown < items.Count)
            More($"and {items.Count - shown} more: -v shows all");
    }

    private void Line(long bytes, string what) => _text.Append(Size(bytes).PadLeft(SizeWidth)).Append("  ").Append(what).Append('\n');

    private void More(string what) => _text.Append(' ', SizeWidth + 2).Append(what).Append('\n');

    private void Fix(string fix) => More($"fix: {Printable.Escape(fix)}");

    private static string Instruction(LayerStep step) => Printable.Escape(step.Instruction ?? "(the image doesn't tell)");

    private static string Files(long count) => count == 1 ? "1 file" : $"{count} files";

    private string Size(long bytes) => verbose ? $"{bytes}B" : Humanize.Size(bytes);
}
