using System.Text.Json.Nodes;
using Slipway.Api.Routing;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Images.Archives;

namespace Slipway.Api.Routes;

/// <summary>Images on their way: pulled, imported, pushed, loaded, saved.</summary>
internal static class ImageTransferRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Post("images/create", CreateAsync);
        routes.Post("images/load", LoadAsync);
        routes.Get("images/get", static r => SaveAsync(r, [.. r.QueryAll("names").SelectMany(n => n.Split(',', StringSplitOptions.RemoveEmptyEntries))]));
        routes.Get("images/**/get", static r => SaveAsync(r, [r.Value()]));
        routes.Post("images/**/push", PushAsync);
        routes.Get("distribution/**/json", DistributionAsync);
    }

    // What a name names at its registry, which may ask for more than an anonymous client has.
    private static async Task DistributionAsync(ApiRequest request)
    {
        RemoteImage image = await request.Engine.Images.InspectRemoteAsync(Reference.Parse(request.Value()), RegistryAuth.Read(request), request.Gone).ConfigureAwait(false);
        await request.JsonAsync(new JsonObject
        {
            ["Descriptor"] = new JsonObject { ["mediaType"] = image.Descriptor.MediaType, ["digest"] = image.Descriptor.Digest.ToString(), ["size"] = image.Descriptor.Size },
            ["Platforms"] = new JsonArray([.. image.Platforms.Select(p => (JsonNode)PlatformJson(p))]),
        }).ConfigureAwait(false);
    }

    private static JsonObject PlatformJson(Platform platform)
    {
        JsonObject json = new() { ["architecture"] = platform.Architecture, ["os"] = platform.OS };
        if (platform.OSVersion is { } version)
            json["os.version"] = version;
        if (platform.Variant is { } variant)
            json["variant"] = variant;
        return json;
    }

    private static Task CreateAsync(ApiRequest request) =>
        request.Query("fromImage") is { Length: > 0 } image ? PullAsync(request, image)
        : request.Query("fromSrc") is { Length: > 0 } source ? ImportAsync(request, source)
        : throw ApiException.BadRequest("images/create: fromImage or fromSrc says what");

    private static async Task PullAsync(ApiRequest request, string image)
    {
        string? tag = request.Query("tag") is { Length: > 0 } given ? given : null;
        // Without one, and without one in the name, docker's API pulls every tag of the repository.
        Reference name = Reference.Parse(TaggedName.Of(image, tag));
        var pull = new PullRequest(name)
        {
            Platform = PlatformCheck.Read(request.Query("platform")),
            Credentials = RegistryAuth.Read(request),
            AllTags = tag is null && name.Digest is null && !image[(image.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal),
        };
        using var progress = new ProgressStream(request);
        CancellationToken gone = request.Gone;
        await progress.RunAsync(() => request.Engine.Images.PullAsync(pull, new PullProgress(progress), gone)).ConfigureAwait(false);
    }

    private static async Task ImportAsync(ApiRequest request, string source)
    {
        string? repository = request.Query("repo") is { Length: > 0 } named ? named : null;
        Reference? name = repository is null ? null : Reference.ParseTag(TaggedName.Of(repository, request.Query("tag")));
        string[] changes = [.. request.QueryAll("changes").SelectMany(c => c.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        string? message = request.Query("message") is { Length: > 0 } text ? text : source == "-" ? null : $"Imported from {source}";
        if (source != "-" && !source.StartsWith("http://", StringComparison.Ordinal) && !source.StartsWith("https://", StringComparison.Ordinal))
            throw ApiException.BadRequest($"import: '{Linux.Printable.Escape(source)}' is neither '-', for the request's body, nor an address of a http or https server");
        Platform? platform = PlatformCheck.Read(request.Query("platform"));
        // Whoever builds for other systems elsewhere would take the image for one that runs here.
        if (platform is { OS: not "linux" })
            throw ApiException.BadRequest($"operating system is not supported: '{Linux.Printable.Escape(platform.OS)}': images that are imported here are linux's");
        using var progress = new ProgressStream(request);
        CancellationToken gone = request.Http.RequestAborted;
        await progress.RunAsync(() => Blocking.RunAsync(() =>
        {
            using Stream tar = request.Engine.Images.OpenSource(source, () => request.Http.Request.Body, gone);
            progress.Status(request.Engine.Images.Import(tar, changes, platform, name, message, gone).Id.ToString());
        })).ConfigureAwait(false);
    }

    private static async Task LoadAsync(ApiRequest request)
    {
        using var progress = new ProgressStream(request);
        await progress.RunAsync(() => Blocking.RunAsync(() =>
        {
            foreach (LoadedImage loaded in request.Engine.Images.Load(request.Http.Request.Body, request.Http.RequestAborted))
            {
                foreach (MovedName moved in loaded.Moved)
                    progress.Text($"{moved}\n");
                if (loaded.Names.Count == 0)
                    progress.Text($"Loaded image ID: {loaded.Image.Id}\n");
                foreach (Reference name in loaded.Names)
                    progress.Text($"Loaded image: {name.Familiar}\n");
            }
        }), tellsInStream: true).ConfigureAwait(false); // as dockerd: its clients look for the error there
    }

    private static Task SaveAsync(ApiRequest request, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            throw ApiException.BadRequest("images/get: names says which");
        // What isn't there has a status, which can't be sent any more when the archive has begun.
        foreach (ImageRecord image in names.SelectMany(n => request.Engine.Images.Named(n)).Select(i => i.Image))
            PlatformCheck.Require(request.Engine, image.Id.ToString(), request.Query("platform"));
        request.Http.Response.ContentType = "application/x-tar";
        return Blocking.RunAsync(() => request.Engine.Images.Save(request.Http.Response.Body, names, ArchiveFormat.Both));
    }

    private static async Task PushAsync(ApiRequest request)
    {
        string? tag = request.Query("tag") is { Length: > 0 } given ? given : null;
        Reference name = Reference.Parse(TaggedName.Of(request.Value(), tag));
        if (name.Digest is not null)
            throw ApiException.BadRequest("cannot push a digest reference");
        bool all = tag is null && !request.Value()[(request.Value().LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal);
        var auth = RegistryAuth.Read(request);
        using var progress = new ProgressStream(request);
        CancellationToken gone = request.Gone;
        PushProgress told = new(progress);
        // As dockerd does: what fails from here on is told in the stream, also that there is no such image, and clients look for it there.
        told.Begin(name);
        await progress.RunAsync(() => request.Engine.Images.PushAsync(name, all, told, gone, auth)).ConfigureAwait(false);
    }
}
