using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Networks;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class PsCommand : SlipCommand
{
    private const int CommandWidth = 20;
    private const string Columns = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
    private const string WithSize = Columns + "\t{{.Size}}";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["ID"] = "CONTAINER ID", ["Image"] = "IMAGE", ["Command"] = "COMMAND", ["CreatedAt"] = "CREATED AT", ["RunningFor"] = "CREATED", ["Ports"] = "PORTS", ["State"] = "STATE",
        ["Status"] = "STATUS", ["Size"] = "SIZE", ["Names"] = "NAMES", ["Labels"] = "LABELS", ["Mounts"] = "MOUNTS", ["LocalVolumes"] = "LOCAL VOLUMES", ["Networks"] = "NETWORKS",
    };

    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also those that don't run" };
    private readonly Option<bool> _size = new("--size", "-s") { Description = "Show what each container's writable layer adds to its image, in exact bytes" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids and commands" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Names}} {{.Status}}'" };

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
        ILookup<string, PublishedRecord> ports = engine.Networks.Published();
        new ListPrinter(size ? WithSize : Columns, s_headings).Print(
            line.GetValue(_format), records.Select(r => new ListRow(Fields(engine, r, ports[r.Id], size, line.GetValue(_noTrunc)), () => r.Request.Labels)));
        return 0;
    }

    private static JsonObject Fields(SlipwayEngine engine, ContainerRecord record, IEnumerable<PublishedRecord> ports, bool size, bool noTrunc)
    {
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        ImageRecord? image = engine.Images.Find(record.ImageId.ToString());
        string command = image is null ? "" : string.Join(' ', ContainerCommand.Of(record.Request, image));
        return new()
        {
            ["Command"] = $"\"{(noTrunc ? command : Shorten(command))}\"",
            ["CreatedAt"] = record.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture),
            ["ID"] = noTrunc ? record.Id : record.ShortId,
            ["Image"] = record.Request.Image,
            ["Labels"] = string.Join(',', record.Request.Labels.Select(l => $"{l.Key}={l.Value}")),
            ["LocalVolumes"] = $"{record.Request.Mounts.Count(m => m.Kind is MountKind.Volume)}",
            ["Mounts"] = string.Join(',', record.Request.Mounts.Select(m => m.Source)),
            ["Names"] = record.Name,
            ["Networks"] = string.Join(',', NetworkText.NetworksOf(record.Request)),
            ["Ports"] = record.IsRunning ? NetworkText.Ports(ports, NetworkManager.Exposed(record.Request, image)) : "",
            ["RunningFor"] = Humanize.Ago(record.Created, now),
            ["Size"] = size ? SizeOf(engine, record) : "0B",
            ["State"] = StatusText.StateOf(record),
            ["Status"] = StatusText.Of(record, now),
        };
    }

    private static string SizeOf(SlipwayEngine engine, ContainerRecord record)
    {
        ContainerSize size = engine.Disk.SizeOf(record);
        return $"{size.WritableBytes}B (virtual {Humanize.Size(size.WritableBytes + size.ImageBytes)})";
    }

    private static string Shorten(string text) => text.Length <= CommandWidth ? text : text[..(CommandWidth - 1)] + "…";
}
