using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Templates;
using Slipway.Engine;
using Slipway.Engine.Events;
using Slipway.Engine.Filters;

namespace Slipway.Cli.Commands;

internal sealed class EventsCommand : SlipCommand
{
    private readonly Option<string[]> _filter = new("--filter", "-f") { Description = "type=, event=, container=, image=, network=, volume=, label=KEY[=VALUE]" };
    private readonly Option<string?> _since = new("--since") { Description = "Also what has happened since then: a time, seconds since 1970, or a length back from now like 10m" };
    private readonly Option<string?> _until = new("--until") { Description = "End at that time" };
    private readonly Option<string?> _format = new("--format") { Description = "'json' or a Go template: '{{.Type}} {{.Action}} {{.Actor.ID}}'" };

    public EventsCommand()
        : base("events",
            """
            Shows what happens to containers, images, networks and volumes, whoever does it, until Ctrl-C or --until. What happened while no slip was there,
            as the end of a container, has the time at which it did.

              slip events --since 1h --until 0s
              slip events -f type=container -f event=die --format '{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_filter, _since, _until, _format])
            Options.Add(option);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        EventFilter filter = EventFilter.Parse(line.GetValue(_filter) ?? []);
        DateTimeOffset? since = FilterList.ReadTime("since", line.GetValue(_since), now), until = FilterList.ReadTime("until", line.GetValue(_until), now);
        string? format = line.GetValue(_format);
        Template? template = format is null or "" or "json" ? null : Template.Parse(format);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        foreach (EventRecord record in engine.Events.Read(since, until, filter.Takes, Interrupt.Token))
            output.WriteLine(template is not null ? template.Render(Fields(record), allowsMissing: true) : format == "json" ? Json(record).ToJsonString(InspectJson.Compact) : Text(record));
        return 0;
    }

    private static string Text(EventRecord record)
    {
        string attributes = string.Join(", ", record.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));
        // Go's "Z07:00", as docker has it.
        DateTimeOffset local = record.Time.ToLocalTime();
        string time = local.ToString(local.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff'00'zzz", CultureInfo.InvariantCulture);
        return $"{time} {record.Type} {record.Action} {record.Actor}{(attributes.Length > 0 ? $" ({attributes})" : "")}";
    }

    private static long Nanoseconds(EventRecord record) => (record.Time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static JsonObject Json(EventRecord record)
    {
        JsonObject json = [];
        if (record.Type is "container" or "image")
        {
            json["status"] = record.Action;
            json["id"] = record.Actor;
        }
        if (record.Type is "container")
            json["from"] = record.Attributes.GetValueOrDefault("image", "");
        json["Type"] = record.Type;
        json["Action"] = record.Action;
        json["Actor"] = new JsonObject { ["ID"] = record.Actor, ["Attributes"] = InspectJson.Map(record.Attributes) };
        json["scope"] = "local";
        json["time"] = record.Time.ToUnixTimeSeconds();
        json["timeNano"] = Nanoseconds(record);
        return json;
    }

    private static JsonObject Fields(EventRecord record) => new()
    {
        ["Status"] = record.Action,
        ["ID"] = record.Actor,
        ["From"] = record.Attributes.GetValueOrDefault("image", ""),
        ["Type"] = record.Type,
        ["Action"] = record.Action,
        ["Actor"] = new JsonObject { ["ID"] = record.Actor, ["Attributes"] = InspectJson.Map(record.Attributes) },
        ["Scope"] = "local",
        ["Time"] = record.Time.ToUnixTimeSeconds(),
        ["TimeNano"] = Nanoseconds(record),
    };
}
