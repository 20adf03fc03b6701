using System.Globalization;
using Slipway.Engine.Containers;
using Slipway.Engine.Images;
using Slipway.Engine.Networks;
using Slipway.Oci;
using Slipway.Store.Images;
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
    /// <param name="container">Whose.</param>
    /// <param name="exitCode">How.</param>
    /// <param name="oomKilled">For want of memory, which nobody has noted before.</param>
    /// <param name="started">Since when it ran.</param>
    /// <param name="finished">Until when.</param>
    public void Died(ContainerRecord container, int exitCode, bool oomKilled, DateTimeOffset started, DateTimeOffset finished)
    {
        if (oomKilled)
            Container(container, "oom", finished);
        long seconds = Math.Max(0, (long)(finished - started).TotalSeconds);
        Container(container, "die", finished, ("execDuration", seconds.ToString(CultureInfo.InvariantCulture)), ("exitCode", exitCode.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Something happened to an image, whose labels are told too.</summary>
    public void Image(ImageRecord image, string action, string? name) => Image(image, image.Id.ToString(), action, name);

    /// <summary>As above, where docker names the image by what was asked for.</summary>
    public void Image(ImageRecord image, string actor, string action, string? name)
    {
        Dictionary<string, string> attributes = new(image.Config.Config?.Labels ?? new Dictionary<string, string>());
        if (name is not null)
            attributes["name"] = name;
        Add("image", action, actor, attributes, null);
    }

    /// <summary>Something happened to what was an image.</summary>
    public void Image(string id, string action, string? name) => Add("image", action, id, [], null, name is null ? [] : [("name", name)]);

    /// <summary>Names and images have gone.</summary>
    public void ImagesRemoved(IEnumerable<ImageRemoval> removals)
    {
        foreach (ImageRemoval removal in removals)
        {
            foreach (Reference name in removal.Untagged)
                Image((removal.Deleted ?? removal.Left)?.ToString() ?? name.Familiar, "untag", name.Familiar);
            if (removal.Deleted is { } gone)
                Image(gone.ToString(), "delete", null);
        }
    }

    /// <summary>Something happened to a network.</summary>
    public void Network(NetworkRecord network, string action, DateTimeOffset? time = null, params ReadOnlySpan<(string Key, string Value)> more) =>
        Add("network", action, network.Id, new() { ["name"] = network.Name, ["type"] = network.Driver }, time, more);

    /// <summary>Something happened to a volume.</summary>
    public void Volume(string name, string action) => Volume(name, action, null);

    /// <summary>Something happened to a volume, and where.</summary>
    public void Volume(string name, string action, DateTimeOffset? time, params ReadOnlySpan<(string Key, string Value)> more) =>
        Add("volume", action, name, new() { ["driver"] = "local" }, time, more);

    /// <summary>A daemon has read its settings again.</summary>
    /// <param name="id">Its own.</param>
    /// <param name="name">Its host's.</param>
    /// <param name="settings">Those that hold now.</param>
    public void Reloaded(string id, string name, IReadOnlyDictionary<string, string> settings) => Add("daemon", "reload", id, new(settings) { ["name"] = name }, null);

    /// <summary>What nobody uses of a kind was removed.</summary>
    /// <param name="type"><c>container</c>, <c>image</c>, <c>volume</c>, <c>network</c>, <c>builder</c>.</param>
    /// <param name="bytes">Of disk.</param>
    public void Pruned(string type, long bytes) => Add(type, "prune", "", new() { ["reclaimed"] = bytes.ToString(CultureInfo.InvariantCulture) }, null);

    private void Add(string type, string action, string actor, Dictionary<string, string> attributes, DateTimeOffset? time, params ReadOnlySpan<(string Key, string Value)> more)
    {
        foreach ((string key, string value) in more)
            attributes[key] = value;
        Table.Add(new EventRecord(time ?? clock.GetUtcNow(), type, action, actor, attributes));
    }
}
