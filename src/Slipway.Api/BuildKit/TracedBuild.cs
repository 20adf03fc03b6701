using System.Text.Json.Nodes;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Protobuf;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Build;
using Slipway.Engine.Builds;
using Slipway.Engine.Images.Pushing;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Api.BuildKit;

/// <summary>
/// BuildKit's builds over docker's own endpoint (<c>POST /build?version=2</c>), for clients from before buildx: docker 18.09 to 20.10 with DOCKER_BUILDKIT=1,
/// and libraries. What is built comes from the client's session, as an address, as the body, or as the body of a second request. Progress is BuildKit's own
/// messages, in base64, each in an object.
/// </summary>
internal static class TracedBuild
{
    /// <summary>What a client says for a context that it sends as an archive.</summary>
    public const string Uploaded = "upload-request";

    private const string Trace = "moby.buildkit.trace", ImageId = "moby.image.id", ImageDigest = "containerimage.digest";

    public static Task RunAsync(ApiRequest request)
    {
        string name = request.Query("buildid") is { Length: > 0 } given ? given : RandomBytes.Hex256();
        return name.StartsWith(Uploaded + ":", StringComparison.Ordinal) ? UploadAsync(request, name[(Uploaded.Length + 1)..]) : BuildAsync(request, name);
    }

    // The build asks for it by its own name; who asks for none leaves it to the client to hang up.
    private static async Task UploadAsync(ApiRequest request, string build)
    {
        var upload = new UploadedContext(request.Http.Request.Body);
        WaitingTable<UploadedContext> uploads = request.Services.BuildKit.Uploads;
        uploads.Add(build, upload);
        try
        {
            await upload.Read.WaitAsync(request.Http.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            uploads.Remove(build);
        }
        await request.EmptyAsync(200).ConfigureAwait(false);
    }

    private static async Task BuildAsync(ApiRequest request, string name)
    {
        string sessionId = request.Query("session") ?? "";
        using var progress = new ProgressStream(request);
        await progress.RunAsync(async () =>
        {
            using var job = new SolveJob(name, sessionId, TracedBuildReader.Outputs(request), [], []);
            using IDisposable running = request.Services.Builds.Add(name, job.Cancelled);
            Task telling = TellAsync(job.Status, progress, request.Http.RequestAborted);
            try
            {
                if (sessionId.Length > 0)
                    await FromSessionAsync(request, job).ConfigureAwait(false);
                else
                    await FromBodyAsync(request, job).ConfigureAwait(false);
            }
            finally
            {
                job.Status.End();
                await telling.ConfigureAwait(false);
            }
            if (job.Response.TryGetValue(ImageDigest, out string? id))
                progress.Send(new() { ["id"] = ImageId, ["aux"] = new JsonObject { ["ID"] = id } });
        }).ConfigureAwait(false);
    }

    private static async Task TellAsync(StatusLog log, ProgressStream progress, CancellationToken gone)
    {
        await foreach (ProtoWriter status in log.ReadAsync(gone).ConfigureAwait(false))
            progress.Send(new() { ["id"] = Trace, ["aux"] = Convert.ToBase64String(status.Written.Span) });
    }

    private static async Task FromSessionAsync(ApiRequest request, SolveJob job)
    {
        BuildKitDoor door = request.Services.BuildKit;
        CancellationToken gone = request.Http.RequestAborted;
        Session session = await door.Sessions.GetAsync(job.Session, gone).ConfigureAwait(false);
        UploadedContext? upload = request.Query("remote") == Uploaded ? await door.Uploads.GetAsync(job.Name, gone).ConfigureAwait(false) : null;
        try
        {
            SolveOptions options = SolveOptions.Read("dockerfile.v0", TracedBuildReader.Attributes(request));
            await new SolveRun(request.Engine, job, session, options) { Body = string.IsNullOrEmpty(request.Query("remote")) ? request.Http.Request.Body : upload?.Body }.RunAsync(gone).ConfigureAwait(false);
        }
        finally
        {
            upload?.End();
        }
    }

    // A client without a session has nothing to be asked for: neither secrets nor a place for files.
    private static async Task FromBodyAsync(ApiRequest request, SolveJob job)
    {
        BuildRequest build = BuildReader.Read(request);
        RegistryAuth auth = RegistryAuth.ReadConfig(request);
        if (job.Outputs.FirstOrDefault(output => output.IsFile || output.IsDirectory) is { } output)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"build: output {Printable.Escape(output.Type)} goes to the client's session, and the request names none");
        TimeProvider clock = request.Engine.Options.Clock;
        var told = new SolveProgress(job.Status, job.Name, static () => default, clock);
        var body = new BodyBuild(request, BuildReader.Context(request), build, told, new BuildPull(request.Flag("pull"), new SolvePull(told, clock), new QuietPush()) { Credentials = auth });
        try
        {
            ImageRecord image = await Blocking.RunAsync(() => body.Run(told.Say, job.Cancelled.Token)).ConfigureAwait(false);
            job.Response[ImageDigest] = image.Id.ToString();
        }
        catch (Exception e)
        {
            told.Fail(e is OperationCanceledException ? "context canceled" : ApiError.MessageOf(e));
            throw;
        }
    }
}
