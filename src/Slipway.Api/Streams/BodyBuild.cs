using Slipway.Api.Contracts.Requests;
using Slipway.Api.Wire;
using Slipway.Build;
using Slipway.Build.Progress;
using Slipway.Engine.Builds;
using Slipway.Engine.Builds.Contexts;
using Slipway.Store.Images;

namespace Slipway.Api.Streams;

/// <summary>A build of <c>POST /build</c> whose context is the body, or at an address; told in whichever way.</summary>
/// <param name="request">Its parameters and body.</param>
/// <param name="context">See <see cref="BuildReader.Context"/>.</param>
/// <param name="build">As it was read.</param>
/// <param name="told">Hears of the steps.</param>
/// <param name="network">How images are brought.</param>
internal sealed class BodyBuild(ApiRequest request, string context, BuildRequest build, IBuildProgress told, BuildPull network)
{
    /// <summary>Builds. Blocks.</summary>
    /// <param name="warn">Hears what was asked for and isn't done, when the context is here.</param>
    /// <param name="cancelled">Ends it, beside the client's going.</param>
    public ImageRecord Run(Action<string> warn, CancellationToken cancelled)
    {
        (BuildRequest prepared, PreparedContext brought) = request.Engine.Builds.PrepareAsync(context, build, request.Http.Request.Body, request.Http.RequestAborted).GetAwaiter().GetResult();
        using (brought)
        {
            CancellationToken gone = request.GoneAfterBodyAsync().GetAwaiter().GetResult();
            using var watched = CancellationTokenSource.CreateLinkedTokenSource(gone, cancelled);
            foreach (string warning in BuildReader.Warnings(request))
                warn(warning);
            return request.Engine.Builds.BuildAsync(prepared, told, network, watched.Token).GetAwaiter().GetResult()!;
        }
    }
}
