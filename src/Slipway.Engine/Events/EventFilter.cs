using Slipway.Engine.Filters;

namespace Slipway.Engine.Events;

/// <summary>Which events are taken: docker's filters, all of which must hold (of one key, any).</summary>
public sealed class EventFilter
{
    private static readonly string[] s_keys = ["container", "daemon", "event", "image", "label", "network", "scope", "type", "volume"];

    private readonly FilterList _wanted;

    private EventFilter(FilterList wanted) => _wanted = wanted;

    /// <summary>Reads <c>key=value</c>.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: another key.</exception>
    public static EventFilter Parse(IEnumerable<string> filters) => new(FilterList.Parse(filters, "events", s_keys));

    /// <summary>Whether an event is taken.</summary>
    public bool Takes(EventRecord record) =>
        _wanted.Any("type", type => type == record.Type)
        && _wanted.Any("scope", scope => scope == "local")
        && _wanted.Any("event", action => action == record.Action || action == record.PlainAction)
        && (!_wanted.Has("label") || _wanted.Labels(record.Attributes))
        && _wanted.Any("container", name => record.Type == "container" && IsActor(record, name))
        && _wanted.Any("daemon", name => record.Type == "daemon" && IsActor(record, name))
        && _wanted.Any("volume", name => record.Type == "volume" && IsActor(record, name))
        && _wanted.Any("network", name => record.Type == "network" && IsActor(record, name))
        && _wanted.Any("image", name => IsImage(record, name));

    private static bool IsActor(EventRecord record, string name) =>
        record.Actor.StartsWith(name, StringComparison.Ordinal) || record.Attributes.GetValueOrDefault("name") == name.TrimStart('/');

    // With or without its tag.
    private static bool IsImage(EventRecord record, string name)
    {
        string? image = record.Attributes.GetValueOrDefault(record.Type == "image" ? "name" : "image");
        return (record.Type == "image" && (record.Actor == name || record.Actor.StartsWith("sha256:" + name, StringComparison.Ordinal)))
            || image == name || image?.StartsWith(name + ":", StringComparison.Ordinal) == true;
    }
}
