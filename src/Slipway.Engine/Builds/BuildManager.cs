using Slipway.Build;
using Slipway.Build.Progress;
using Slipway.Engine.Images;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>Builds of images from Dockerfiles, on this store and with this runtime.</summary>
public sealed class BuildManager
{
    private readonly EngineContext _context;
    private readonly ImageManager _images;

    internal BuildManager(EngineContext context, ImageManager images)
    {
        _context = context;
        _images = images;
    }

    /// <summary>Builds an image; its layers and the image are in the store when the task completes.</summary>
    /// <exception cref="Slipway.Build.Dockerfile.DockerfileException">The Dockerfile is wrong, or one of its steps failed: with the lines.</exception>
    public async Task<ImageRecord> BuildAsync(BuildRequest request, IBuildProgress progress, BuildPull pull, CancellationToken cancel)
    {
        var builder = new Builder(_context.Store, new BaseImageSource(_images, pull, cancel), new StepRunner(_context), _context.Options.Clock);
        return (await builder.BuildAsync(request, progress, cancel).ConfigureAwait(false)).Image;
    }
}
