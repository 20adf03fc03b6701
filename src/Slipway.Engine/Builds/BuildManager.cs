using Slipway.Build;
using Slipway.Build.Progress;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>Builds of images from Dockerfiles, on this store and with this runtime.</summary>
public sealed class BuildManager
{
    private readonly EngineContext _context;

    internal BuildManager(EngineContext context) => _context = context;

    /// <summary>Builds an image; its layers and the image are in the store when the task completes.</summary>
    /// <exception cref="Slipway.Build.Dockerfile.DockerfileException">The Dockerfile is wrong, or one of its steps failed: with the lines.</exception>
    public async Task<ImageRecord> BuildAsync(BuildRequest request, IBuildProgress progress, CancellationToken cancel)
    {
        var builder = new Builder(_context.Store, new LocalImageSource(_context.Store.Images), new StepRunner(_context), _context.Options.Clock);
        return (await builder.BuildAsync(request, progress, cancel).ConfigureAwait(false)).Image;
    }
}
