using System.Text.Json.Nodes;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Networks;
using Slipway.Store.Images;

namespace Slipway.Api.Contracts;

/// <summary>A line of <c>GET /containers/json</c> (ContainerSummary). What several containers share is looked up once.</summary>
/// <param name="engine">Where they are.</param>
/// <param name="all">All of them: one may have a name of another's.</param>
/// <param name="size">Whether what they take is told.</param>
/// <param name="annotations">Whether their annotations are.</param>
internal sealed class ContainerSummaryJson(SlipwayEngine engine, IReadOnlyList<ContainerRecord> all, bool size, bool annotations)
{
    private readonly DateTimeOffset _now = engine.Options.Clock.GetUtcNow();
    private readonly ILookup<string, PublishedRecord> _published = engine.Networks.Published();
    private readonly ContainerImages _images = new(engine.Images);
    private readonly ContainerLinks _links = new(all);
    private readonly NetworkPlaces _places = engine.Networks.Places();
    private readonly Dictionary<string, string?> _mountpoints = new(StringComparer.Ordinal);

    public JsonObject Of(ContainerRecord container)
    {
        ContainerRequest request = container.Request;
        ImageRecord? image = _images.Of(container);
        JsonObject json = new()
        {
            ["Id"] = container.Id,
            ["Names"] = InspectJson.List(_links.NamesOf(container)),
            ["Image"] = _images.IsNamed(container) ? request.Image : container.ImageId.ToString(),
            ["ImageID"] = container.ImageId.ToString(),
            ["Command"] = ContainerCommand.LineOf(request, image),
            ["Created"] = container.Created.ToUnixTimeSeconds(),
            ["Ports"] = Ports(container, image),
            ["Labels"] = InspectJson.Map(container.LabelsWith(image)),
            ["State"] = container.State,
            ["Status"] = StatusText.Of(container, _now),
            ["HostConfig"] = HostConfig(request),
            ["NetworkSettings"] = new JsonObject { ["Networks"] = InspectNetworkJson.Networks(container, _places.Of(container), _places.Find) },
            ["Mounts"] = InspectContainerJson.Mounts(request, MountpointOf),
        };
        if (size)
        {
            ContainerSize sizes = engine.Disk.SizeOf(container);
            json["SizeRw"] = sizes.WritableBytes;
            json["SizeRootFs"] = sizes.WritableBytes + sizes.ImageBytes;
        }
        return json;
    }

    private JsonObject HostConfig(ContainerRequest request)
    {
        JsonObject host = new() { ["NetworkMode"] = request.Network };
        if (annotations && request.Annotations.Count > 0)
            host["Annotations"] = InspectJson.Map(request.Annotations);
        return host;
    }

    private JsonArray Ports(ContainerRecord container, ImageRecord? image)
    {
        JsonArray ports = [];
        if (!container.IsRunning)
            return ports;
        HashSet<string> published = [];
        foreach (PublishedRecord port in _published[container.Id])
        {
            published.Add(port.Key);
            ports.Add((JsonNode)new JsonObject { ["IP"] = port.HostAddress.ToString(), ["PrivatePort"] = port.ContainerPort, ["PublicPort"] = port.HostPort, ["Type"] = port.Protocol });
        }
        foreach (string key in NetworkManager.Exposed(container.Request, image).Where(k => !published.Contains(k)))
        {
            int slash = key.IndexOf('/', StringComparison.Ordinal);
            ports.Add((JsonNode)new JsonObject { ["PrivatePort"] = ushort.Parse(key.AsSpan(0, slash), System.Globalization.CultureInfo.InvariantCulture), ["Type"] = key[(slash + 1)..] });
        }
        return ports;
    }

    private string? MountpointOf(string volume)
    {
        if (!_mountpoints.TryGetValue(volume, out string? place))
            _mountpoints[volume] = place = engine.Volumes.Find(volume)?.Mountpoint;
        return place;
    }
}
