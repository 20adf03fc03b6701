using System.Text.Json.Nodes;
using Slipway.Cli.Templates;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Disk;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Cli.Output;

/// <summary><c>system df -v</c>: docker's four tables, or its one object for <c>--format</c>.</summary>
/// <param name="engine">What else is known of the things.</param>
/// <param name="usage">What they occupy.</param>
/// <param name="size">Writes bytes.</param>
internal sealed class VerboseUsage(SlipwayEngine engine, DiskUsage usage, Func<long, string> size)
{
    private static readonly string[]
        s_images = ["Repository", "Tag", "ID", "CreatedSince", "Size", "SharedSize", "UniqueSize", "Containers"],
        s_containers = ["ID", "Image", "Command", "LocalVolumes", "Size", "RunningFor", "Status", "Names"],
        s_volumes = ["Name", "Links", "Size"],
        s_cache = ["ID", "CacheType", "Size", "CreatedSince", "LastUsedSince", "UsageCount", "Shared"];

    private readonly DateTimeOffset _now = engine.Options.Clock.GetUtcNow();

    public void Print(string? format)
    {
        var all = new JsonObject { ["Images"] = Images(), ["Containers"] = Containers(), ["Volumes"] = Volumes(), ["BuildCache"] = Cache() };
        if (!string.IsNullOrEmpty(format) && format != "table")
        {
            Console.Out.WriteLine(Template.Parse(format == "json" ? "{{json .}}" : format).Render(all, new Dictionary<string, TemplateMethod>()));
            return;
        }
        Section("Images space usage:", all, "Images", s_images, ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS"]);
        Section("\nContainers space usage:", all, "Containers", s_containers, ["CONTAINER ID", "IMAGE", "COMMAND", "LOCAL VOLUMES", "SIZE", "CREATED", "STATUS", "NAMES"]);
        Section("\nLocal Volumes space usage:", all, "Volumes", s_volumes, ["VOLUME NAME", "LINKS", "SIZE"]);
        Section($"\nBuild cache usage: {size(usage.Lines[3].Bytes)}", all, "BuildCache", s_cache, ["CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"]);
        Console.Out.WriteLine();
        foreach (UsageLine line in usage.Lines.Skip(4))
            Console.Out.WriteLine($"{line.Type}: {size(line.Bytes)}");
        Console.Out.WriteLine($"Total: {size(usage.Bytes)} in {engine.Options.DataRoot}");
    }

    private static void Section(string title, JsonObject all, string name, string[] fields, string[] headings)
    {
        Console.Out.WriteLine(title + "\n");
        var table = new Table(headings);
        foreach (JsonNode? row in all[name]!.AsArray())
            table.Add([.. fields.Select(f => row![f]!.GetValue<string>())]);
        table.Print();
    }

    private JsonArray Images() => [.. usage.Images.SelectMany(line => Names(line.Image).Select(name => (JsonNode?)new JsonObject
    {
        ["Containers"] = $"{line.Containers}",
        ["CreatedSince"] = line.Image.ListedAt == DateTimeOffset.UnixEpoch ? "N/A" : Humanize.Ago(line.Image.ListedAt, _now),
        ["ID"] = line.Image.Id.Short,
        ["Repository"] = name?.FamiliarRepository ?? "<none>",
        ["SharedSize"] = size(line.SharedBytes),
        ["Size"] = size(line.SharedBytes + line.UniqueBytes),
        ["Tag"] = name?.Tag ?? "<none>",
        ["UniqueSize"] = size(line.UniqueBytes),
    }))];

    private static IEnumerable<Reference?> Names(ImageRecord image) => image.Names.Cast<Reference?>().DefaultIfEmpty();

    private JsonArray Containers() => [.. usage.Containers.Select(line => (JsonNode?)new JsonObject
    {
        ["Command"] = $"\"{ContainerCommand.LineOf(line.Container.Request, engine.Images.Find(line.Container.ImageId.ToString()))}\"",
        ["ID"] = line.Container.ShortId,
        ["Image"] = line.Container.Request.Image,
        ["LocalVolumes"] = $"{line.Container.Request.Mounts.Count(m => m.Kind is MountKind.Volume)}",
        ["Names"] = line.Container.Name,
        ["RunningFor"] = Humanize.Ago(line.Container.Created, _now),
        ["Size"] = size(line.Bytes),
        ["Status"] = StatusText.Of(line.Container, _now),
    })];

    private JsonArray Volumes() => [.. usage.Volumes.Select(line => (JsonNode?)new JsonObject
    {
        ["Links"] = $"{line.Users}",
        ["Name"] = line.Volume.Name,
        ["Size"] = size(line.Bytes),
    })];

    private JsonArray Cache() => [.. usage.Cache.Select(record => (JsonNode?)new JsonObject
    {
        ["CacheType"] = record.Type,
        ["CreatedSince"] = Humanize.Ago(record.Created, _now),
        ["Description"] = record.Description,
        ["ID"] = record.Id[..12],
        ["InUse"] = record.IsInUse ? "true" : "false",
        ["LastUsedSince"] = Humanize.Ago(record.Used, _now),
        ["Shared"] = record.IsShared ? "true" : "false",
        ["Size"] = size(record.Bytes),
        ["UsageCount"] = $"{record.Uses}",
    })];
}
