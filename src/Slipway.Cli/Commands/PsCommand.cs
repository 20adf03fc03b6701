using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class PsCommand : SlipCommand
{
    private const int CommandWidth = 20;
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also those that don't run" };
    private readonly Option<bool> _size = new("--size", "-s") { Description = "Show what each container's writable layer adds to its image, in exact bytes" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids and commands" };
    private readonly Option<string?> _format = new("--format") { Description = "json for one object a line" };

    public PsCommand()
        : base("ps", "Lists containers, newest first. With -s: the bytes that are the container's own, and those it shares with its image.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_all, _size, _quiet, _noTrunc, _format])
            Options.Add(option);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        List<ContainerRecord> records = [.. engine.Containers.List().Where(r => r.IsRunning || line.GetValue(_all))];
        if (line.GetValue(_quiet))
        {
            foreach (ContainerRecord record in records)
                Console.Out.WriteLine(line.GetValue(_noTrunc) ? record.Id : record.ShortId);
            return 0;
        }
        bool size = line.GetValue(_size);
        FormatOption.Check(line.GetValue(_format));
        if (line.GetValue(_format) is not null)
            return PrintJson(engine, records, size);
        PrintTable(engine, records, size, line.GetValue(_noTrunc));
        return 0;
    }

    private static void PrintTable(SlipwayEngine engine, List<ContainerRecord> records, bool size, bool noTrunc)
    {
        string[] headings = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
        var table = new Table(size ? [.. headings, "SIZE"] : headings);
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        foreach (ContainerRecord record in records)
        {
            string command = CommandOf(engine, record);
            string[] cells =
            [
                noTrunc ? record.Id : record.ShortId, record.Request.Image, $"\"{(noTrunc ? command : Shorten(command))}\"",
                Humanize.Ago(record.Created, now), StatusText.Of(record, now), "", record.Name,
            ];
            table.Add(size ? [.. cells, SizeOf(engine, record)] : cells);
        }
        table.Print();
    }

    private static int PrintJson(SlipwayEngine engine, List<ContainerRecord> records, bool size)
    {
        foreach (ContainerRecord record in records)
            Console.Out.WriteLine(InspectJson.Summary(engine, record, size).ToJsonString(InspectJson.Compact));
        return 0;
    }

    private static string SizeOf(SlipwayEngine engine, ContainerRecord record)
    {
        ContainerSize size = engine.Disk.SizeOf(record);
        return $"{size.WritableBytes}B (virtual {Humanize.Size(size.WritableBytes + size.ImageBytes)})";
    }

    private static string CommandOf(SlipwayEngine engine, ContainerRecord record)
    {
        ImageRecord? image = engine.Images.Find(record.ImageId.ToString());
        return image is null ? "" : string.Join(' ', ContainerCommand.Of(record.Request, image));
    }

    private static string Shorten(string text) => text.Length <= CommandWidth ? text : text[..(CommandWidth - 1)] + "…";
}
