using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts;
using Slipway.Api.Routing;
using Slipway.Api.Wire;
using Slipway.Engine.Disk;
using Slipway.Engine.Images;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Pruning;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Api.Routes;

/// <summary>Images as things: listed, looked at, named, removed.</summary>
internal static class ImageRoutes
{
    private const int OneSizeSince = 44;

    public static void Add(RouteTable routes)
    {
        routes.Get("images/json", ListAsync);
        routes.Post("images/prune", PruneAsync);
        routes.Get("images/**/json", static r => r.JsonAsync(AsOf(r.Version, InspectJson.Of(r.Engine, Get(r)))));
        routes.Get("images/**/history", HistoryAsync);
        routes.Post("images/**/tag", TagAsync);
        routes.Delete("images/**", RemoveAsync);
    }

    private static Task ListAsync(ApiRequest request)
    {
        var filter = ImageFilter.Parse(request.Filters(), request.Engine.Images.Get, request.Engine.Options.Clock.GetUtcNow());
        IReadOnlyList<ImageRecord> images = request.Engine.Images.List();
        IReadOnlyDictionary<Digest, long> sizes = request.Engine.Images.Sizes();
        ILookup<Digest, Reference> digests = request.Engine.Images.AllDigests();
        LayerSharing? sharing = request.Flag("shared-size") ? request.Engine.Disk.SharingOf(images) : null;
        Dictionary<Digest, int>? users = request.Version.IsAtLeast(51) ? request.Engine.Containers.List().CountBy(c => c.ImageId).ToDictionary() : null;
        // Clients make a line of each name and of each digest whose repository has no line yet: those that weren't asked for are left out.
        return request.JsonListAsync(images
            .Select(i => (Image: i, Names: i.Names.Where(n => filter.Matches(i, n)), Digests: digests[i.Id].Where(d => filter.Matches(i, d))))
            .Where(l => l.Image.Names.Count == 0 && filter.Matches(l.Image, null) || l.Names.Any() || l.Digests.Any())
            .Select(l => AsOf(request.Version, ImageSummaryJson.Of(l.Image, l.Names, l.Digests, sizes.GetValueOrDefault(l.Image.Id), sharing?.Of(l.Image).Shared, users?.GetValueOrDefault(l.Image.Id)))));
    }

    // A second name of the size that older clients know.
    private static JsonObject AsOf(ApiVersion version, JsonObject image)
    {
        if (!version.IsAtLeast(OneSizeSince))
            image["VirtualSize"] = image["Size"]!.DeepClone();
        return image;
    }

    private static Task HistoryAsync(ApiRequest request)
    {
        ImageRecord image = Get(request);
        JsonArray names = InspectJson.List(image.Names.Where(n => n.Tag is not null).Select(n => n.Familiar));
        var steps = request.Engine.Disk.StepsOf(image).Reverse().Select((step, i) => new JsonObject
        {
            // The newest is the image itself; those before it were images elsewhere, or never were.
            ["Id"] = i == 0 ? image.Id.ToString() : "<missing>",
            ["Created"] = SecondsOf(step.Step),
            ["CreatedBy"] = step.Step.CreatedBy ?? "",
            ["Tags"] = i == 0 && names.Count > 0 ? names.DeepClone() : null,
            ["Size"] = step.Bytes,
            ["Comment"] = step.Step.Comment ?? "",
        });
        return request.JsonListAsync(steps);
    }

    private static Task TagAsync(ApiRequest request)
    {
        string repository = request.Query("repo") is { Length: > 0 } named ? named : throw ApiException.BadRequest("repository name must have at least one component");
        request.Engine.Images.Tag(request.Value(), TaggedName.Of(repository, request.Query("tag")));
        return request.EmptyAsync(StatusCodes.Status201Created);
    }

    private static Task RemoveAsync(ApiRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Value()))
            throw ApiException.BadRequest("image name cannot be blank");
        JsonArray gone = [];
        foreach (ImageRemoval removal in request.Engine.Images.Remove([request.Value()], request.Flag("force")))
        {
            if (removal.Error is { } error)
                throw error;
            AddRemoved(gone, removal);
        }
        return request.JsonAsync(gone);
    }

    private static Task PruneAsync(ApiRequest request)
    {
        IReadOnlyList<string> filters = request.Filters();
        // Alone among prunes: dangling=false means all that nobody uses.
        bool named = filters.Any(f => f is "dangling=false" or "dangling=0");
        var prune = new PruneRequest { Kinds = [PruneKind.Image], NamedImages = named, Filter = PruneRequest.ReadFilter(filters.Where(f => !f.StartsWith("dangling=", StringComparison.Ordinal))) };
        PruneReport report = request.Engine.Pruning.Prune(prune, request.Http.RequestAborted);
        JsonArray gone = [];
        foreach (ImageRemoval removal in report.Removed.Select(o => o.Image).OfType<ImageRemoval>())
            AddRemoved(gone, removal);
        return request.JsonAsync(new JsonObject { ["ImagesDeleted"] = gone.Count > 0 ? gone : null, ["SpaceReclaimed"] = report.Bytes });
    }

    private static void AddRemoved(JsonArray to, ImageRemoval removal)
    {
        foreach (Reference name in removal.Untagged)
            to.Add((JsonNode)new JsonObject { ["Untagged"] = name.Familiar });
        foreach (Digest digest in removal.Deleted is { } image ? [image, .. removal.Layers] : removal.Layers)
            to.Add((JsonNode)new JsonObject { ["Deleted"] = digest.ToString() });
    }

    private static ImageRecord Get(ApiRequest request)
    {
        PlatformCheck.Require(request.Engine, request.Value(), request.Query("platform"));
        return request.Engine.Images.GetNamed(request.Value());
    }

    private static long SecondsOf(HistoryEntry step) =>
        DateTimeOffset.TryParse(step.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset then) ? then.ToUnixTimeSeconds() : 0;
}
