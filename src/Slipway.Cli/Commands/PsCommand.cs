using System.CommandLine;
using System.Globalization;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Disk;
using Slipway.Engine.Networks;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class PsCommand : SlipCommand
{
    private const int CommandWidth = 20;
    private const string Columns = "{{.ID}}\t{{.ImageNow}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
    private const string WithSize = Columns + "\t{{.Size}}";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["ID"] = "CONTAINER ID", ["Image"] = "IMAGE", ["ImageNow"] = "IMAGE", ["Command"] = "COMMAND", ["CreatedAt"] = "CREATED AT", ["RunningFor"] = "CREATED", ["Ports"] = "PORTS", ["State"] = "STATE",
        ["Status"] = "STATUS", ["Size"] = "SIZE", ["Names"] = "NAMES", ["Labels"] = "LABELS", ["Mounts"] = "MOUNTS", ["LocalVolumes"] = "LOCAL VOLUMES", ["Networks"] = "NETWORKS",
    };

    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also those that don't run" };
    private readonly Option<string[]> _filter = new("--filter", "-f") { Description = "status=STATE, name=PATTERN, id=, label=KEY[=VALUE], ancestor=IMAGE, before=, since=, exited=CODE, volume=, network=, expose=PORT, publish=PORT, health=" };
    private readonly Option<int?> _last = new("--last", "-n") { Description = "The last created ones, this many, in any state", HelpName = "int" };
    private readonly Option<bool> _latest = new("--latest", "-l") { Description = "The last created one, in any state" };
    private readonly Option<bool> _size = new("--size", "-s") { Description = "Show what each container's writable layer adds to its image, in exact bytes" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids and commands" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Names}} {{.Status}}'" };

    public PsCommand()
        : base("ps", "Lists containers, newest first. With -s: the bytes that are the container's own, and those it shares with its image.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_all, _filter, _last, _latest, _size, _quiet, _noTrunc, _format])
            Options.Add(option);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        List<ContainerRecord> records = Chosen(engine, line);
        if (line.GetValue(_quiet))
        {
            StandardOutput.WriteLines(records.Select(r => line.GetValue(_noTrunc) ? r.Id : r.ShortId));
            return 0;
        }
        bool size = line.GetValue(_size), noTrunc = line.GetValue(_noTrunc);
        var ports = new Lazy<ILookup<string, PublishedRecord>>(engine.Networks.Published);
        var images = new ContainerImages(engine.Images);
        new ListPrinter(size ? WithSize : Columns, s_headings) { KeepsAll = noTrunc, Own = "ImageNow" }.Print(
            line.GetValue(_format), records.Select(r => new ListRow(field => FieldOf(engine, r, images, ports, field, size, noTrunc), () => r.Request.Labels)));
        return 0;
    }

    // The newest first; of so many the first that fit.
    private List<ContainerRecord> Chosen(SlipwayEngine engine, ParseResult line)
    {
        int? last = line.GetValue(_last) is > 0 and int count ? count : line.GetValue(_latest) ? 1 : null;
        ContainerFilter filter = engine.Containers.ReadFilter(line.GetValue(_filter) ?? []);
        bool all = line.GetValue(_all) || last is not null || filter.AsksForStatus;
        return [.. engine.Containers.List().Where(r => (all || r.IsActive) && filter.Matches(r)).Take(last ?? int.MaxValue)];
    }

    private static string FieldOf(SlipwayEngine engine, ContainerRecord record, ContainerImages images, Lazy<ILookup<string, PublishedRecord>> ports, string field, bool size, bool noTrunc)
    {
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        return field switch
        {
            "Command" => $"\"{Shorten(ContainerCommand.LineOf(record.Request, images.Of(record)), noTrunc)}\"",
            "CreatedAt" => record.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture),
            "ID" => noTrunc ? record.Id : record.ShortId,
            "Image" => ImageOf(images, record, noTrunc),
            // Its name points at another image by now: for people; what a format asks for is docker's.
            "ImageNow" => images.IsStale(record) ? record.Request.Image + " (stale)" : ImageOf(images, record, noTrunc),
            "Labels" => string.Join(',', record.Request.Labels.Select(l => $"{l.Key}={l.Value}")),
            "LocalVolumes" => $"{record.Request.Mounts.Count(m => m.Kind is MountKind.Volume)}",
            "Mounts" => string.Join(',', record.Request.Mounts.Select(m => m.Source)),
            "Names" => record.Name,
            "Networks" => string.Join(',', NetworkText.NetworksOf(record.Request)),
            "Ports" => record.IsRunning ? NetworkText.Ports(ports.Value[record.Id], NetworkManager.Exposed(record.Request, images.Of(record))) : "",
            "RunningFor" => Humanize.Ago(record.Created, now),
            "Size" => size ? SizeOf(engine, record) : "0B",
            "State" => record.State,
            "Status" => StatusText.Of(record, now),
            _ => "",
        };
    }

    // What was typed, as long as it still names the image that the container stands on; in short, as docker shows it: twelve digits of an id, a name without its digest.
    private static string ImageOf(ContainerImages images, ContainerRecord record, bool noTrunc)
    {
        string asked = images.IsNamed(record) ? record.Request.Image : record.ImageId.ToString();
        if (noTrunc)
            return asked;
        if (asked.StartsWith(record.ImageId.Short, StringComparison.Ordinal) || asked.StartsWith("sha256:" + record.ImageId.Short, StringComparison.Ordinal))
            return record.ImageId.Short;
        if (!Reference.TryParse(asked, out Reference? name))
            return asked;
        bool tagged = name.Tag is { } tag && asked.Split('@')[0].EndsWith(":" + tag, StringComparison.Ordinal);
        return name.FamiliarRepository + (tagged ? ":" + name.Tag : "");
    }

    private static string SizeOf(SlipwayEngine engine, ContainerRecord record)
    {
        ContainerSize size = engine.Disk.SizeOf(record);
        return $"{size.WritableBytes}B (virtual {Humanize.Size(size.WritableBytes + size.ImageBytes)})";
    }

    private static ImageRecord? ImageRecordOf(SlipwayEngine engine, ContainerRecord record) => engine.Images.Find(record.ImageId.ToString());

    private static string Shorten(string text, bool noTrunc) => noTrunc ? text : Table.Shorten(text, CommandWidth);
}
