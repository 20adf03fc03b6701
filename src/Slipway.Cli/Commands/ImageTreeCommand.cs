using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class ImageTreeCommand : SlipCommand
{
    private const int StepWidth = 60;
    private readonly Argument<string[]> _names = new("IMAGE") { Arity = ArgumentArity.ZeroOrMore };

    public ImageTreeCommand()
        : base("tree", "Shows each image with its layers, and under it the containers that stand on it with what each added in bytes.") =>
        Arguments.Add(_names);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string[] names = line.GetValue(_names) ?? [];
        foreach (ImageRecord image in names.Length > 0 ? [.. names.Select(engine.Images.Get)] : engine.Images.List())
            Print(engine, image);
        return 0;
    }

    private static void Print(SlipwayEngine engine, ImageRecord image)
    {
        string title = image.Names.Count > 0 ? string.Join(", ", image.Names.Select(n => n.Familiar)) : "<none>";
        Console.Out.WriteLine(title);
        Console.Out.WriteLine($"│  image {image.Id}");
        Console.Out.WriteLine($"│  {image.ChainIds.Count} read-only layers, {engine.Disk.LayerBytes(image)} bytes, kept once for all containers");
        IReadOnlyList<ContainerRecord> containers = engine.Containers.ListByImage(image.Id);
        PrintLayers(engine, image, last: containers.Count == 0);
        if (containers.Count > 0)
            Console.Out.WriteLine($"└─ {containers.Count} container{(containers.Count == 1 ? "" : "s")}, each with a writable layer of its own");
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        int width = containers.Count == 0 ? 0 : containers.Max(c => c.Name.Length);
        for (int i = 0; i < containers.Count; i++)
        {
            ContainerRecord container = containers[i];
            string branch = i == containers.Count - 1 ? "└─" : "├─";
            Console.Out.WriteLine($"   {branch} {container.ShortId}  {container.Name.PadRight(width)}  + {engine.Disk.SizeOf(container).WritableBytes,10} bytes   {StatusText.Of(container, now)}");
        }
        Console.Out.WriteLine();
    }

    private static void PrintLayers(SlipwayEngine engine, ImageRecord image, bool last)
    {
        List<string> steps = [.. (image.Config.History ?? []).Where(h => h.EmptyLayer is not true).Select(StepOf)];
        for (int i = 0; i < image.ChainIds.Count; i++)
        {
            string branch = last && i == image.ChainIds.Count - 1 ? "└─" : "├─";
            string step = i < steps.Count ? steps[i] : "";
            Console.Out.WriteLine($"{branch} layer {image.ChainIds[i].Short}  {engine.Disk.BytesOf(image.ChainIds[i]),12} bytes   {step}");
        }
    }

    private static string StepOf(HistoryEntry step) => Table.Shorten(Printable.Escape(step.CreatedBy ?? step.Comment ?? ""), StepWidth);
}
