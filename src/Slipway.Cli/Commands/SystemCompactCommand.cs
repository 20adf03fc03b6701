using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Images.Compaction;
using Slipway.Oci;
using Slipway.Store.Images;
using Slipway.Store.Recipes;

namespace Slipway.Cli.Commands;

internal sealed class SystemCompactCommand : SlipCommand
{
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "Find out what would be dropped, and change nothing" };
    private readonly Option<bool> _refetch = new("--refetch") { Description = "Drop also what can't be made again, where the image's registry has it: it is fetched when it is needed" };
    private readonly Argument<string[]> _images = new("IMAGE") { Arity = ArgumentArity.ZeroOrMore };

    public SystemCompactCommand()
        : base("compact", """
            Keeps layers once. An image's layers lie in the store unpacked, and packed as they came. This drops the packed ones, and keeps a small
            recipe instead of each: with it and the unpacked layer push and save make the same bytes again, with the same digests. Each recipe is
            tried before anything is dropped. Push and save take longer afterwards, as long as packing a layer takes; run, pull and build don't.
            Without a name: all images.
            """)
    {
        Options.Add(_dryRun);
        Options.Add(_refetch);
        Arguments.Add(_images);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        using var progress = new OneLine();
        var request = new CompactionRequest { DryRun = line.GetValue(_dryRun), Refetch = line.GetValue(_refetch) };
        IReadOnlyList<PackedLayer> layers = engine.Compactor.List(line.GetValue(_images)!);
        Dictionary<Digest, string> names = engine.Images.List().ToDictionary(i => i.Id, NameOf);
        int done = 0;
        progress.Show($"{layers.Count} layers are tried");
        IReadOnlyList<CompactedLayer> results = engine.Compactor.Run(layers, request, result =>
        {
            progress.Clear();
            Console.Out.WriteLine(Describe(result, names, request.DryRun));
            progress.Show($"{++done} of {layers.Count} layers");
        }, Interrupt.Token);
        progress.Clear();
        Console.Out.WriteLine($"{(request.DryRun ? "Reclaimable" : "Total reclaimed")} space: {Humanize.Size(results.Sum(r => r.FreedBytes))}");
        return 0;
    }

    private static string Describe(CompactedLayer result, Dictionary<Digest, string> names, bool dryRun)
    {
        string layer = $"{result.Layer.Blob.Short} of {names.GetValueOrDefault(result.Layer.Images[0], result.Layer.Images[0].Short)}";
        return result.Outcome == CompactionOutcome.Kept
            ? $"kept {layer} ({Humanize.Size(result.Layer.Bytes)}): {result.Reason}"
            : $"{(dryRun ? "would drop" : "dropped")} {layer} ({Humanize.Size(result.Layer.Bytes)}), {Humanize.Size(result.RecipeBytes)} instead: {result.Reason}";
    }

    private static string NameOf(ImageRecord image) => image.Names.Count > 0 ? image.Names[0].Familiar : image.Id.Short;
}
