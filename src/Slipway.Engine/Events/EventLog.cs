using System.Globalization;
using Slipway.Engine.Containers;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Events;

/// <summary>Writes down what happens. In a transaction of the caller's where there is one, so that what is undone has not happened.</summary>
internal sealed class EventLog(Database database, TimeProvider clock)
{
    public EventTable Table { get; } = new(database);

    /// <summary>Something happened to a container.</summary>
    public void Container(ContainerRecord container, string action, DateTimeOffset? time = null, params ReadOnlySpan<(string Key, string Value)> more)
    {
        Dictionary<string, string> attributes = new(container.Request.Labels) { ["image"] = container.Request.Image, ["name"] = container.Name };
        Add("container", action, container.Id, attributes, time, more);
    }

    /// <summary>A container's process has ended.</summary>
    public void Died(ContainerRecord container, int exitCode, bool oomKilled, DateTimeOffset started, DateTimeOffset finished)
    {
        if (oomKilled)
            Container(container, "oom", finished);
        long seconds = Math.Max(0, (long)(finished - started).TotalSeconds);
        Container(container, "die", finished, ("execDuration", seconds.ToString(CultureInfo.InvariantCulture)), ("exitCode", exitCode.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Something happened to an image.</summary>
    public void Image(string id, string action, string? name) => Add("image", action, id, [], null, name is null ? [] : [("name", name)]);

    /// <summary>Something happened to a network.</summary>
    public void Network(string id, string action, string name, params ReadOnlySpan<(string Key, string Value)> more) =>
        Add("network", action, id, new() { ["name"] = name, ["type"] = "bridge" }, null, more);

    /// <summary>Something happened to a volume.</summary>
    public void Volume(string name, string action) => Add("volume", action, name, new() { ["driver"] = "local" }, null);

    private void Add(string type, string action, string actor, Dictionary<string, string> attributes, DateTimeOffset? time, params ReadOnlySpan<(string Key, string Value)> more)
    {
        foreach ((string key, string value) in more)
            attributes[key] = value;
        Table.Add(new EventRecord(time ?? clock.GetUtcNow(), type, action, actor, attributes));
    }
}
