using System.Text.Json.Nodes;
using Slipway.Engine.Inspecting;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Api.Contracts;

/// <summary>A line of <c>GET /images/json</c> (ImageSummary).</summary>
internal static class ImageSummaryJson
{
    /// <param name="image">Which.</param>
    /// <param name="names">Those of its names that are asked for.</param>
    /// <param name="digests">Under which registries have it.</param>
    /// <param name="size">Bytes of its unpacked layers.</param>
    /// <param name="shared">Those that others have too; null: not computed.</param>
    /// <param name="containers">How many stand on it; null: not counted.</param>
    public static JsonObject Of(ImageRecord image, IEnumerable<Reference> names, IEnumerable<Reference> digests, long size, long? shared = null, int? containers = null) => new()
    {
        ["Id"] = image.Id.ToString(),
        ["ParentId"] = "",
        ["RepoTags"] = InspectJson.List(names.Where(n => n.Tag is not null && n.Digest is null).Select(n => n.Familiar)),
        ["RepoDigests"] = InspectJson.List(digests.Select(d => d.Familiar)),
        ["Created"] = image.ListedAt.ToUnixTimeSeconds(),
        ["Size"] = size,
        ["SharedSize"] = shared ?? -1,
        ["Labels"] = image.Config.Config?.Labels is { Count: > 0 } labels ? InspectJson.Map(labels) : null,
        ["Containers"] = containers ?? -1,
    };
}
