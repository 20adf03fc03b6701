using Slipway.Build.Solving;
using Slipway.Engine.Images;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>Base images from this store, and from their registries what is not here or shall be looked up anew: each once a build.</summary>
internal sealed class BaseImageSource(ImageManager images, BuildPull pull, CancellationToken cancellation) : IImageSource
{
    private readonly Dictionary<(Reference, Platform), ImageRecord> _pulled = [];

    public ImageRecord? Find(Reference name, Platform platform)
    {
        if (_pulled.TryGetValue((name, platform), out ImageRecord? known))
            return known;
        ImageRecord? here = images.Find(name.ToString());
        if (here is not null && !pull.Always)
            return here;
        ImageRecord pulled = images.PullAsync(new PullRequest(name) { Platform = platform == Platform.Host ? null : platform }, pull.Progress, cancellation).GetAwaiter().GetResult()[0].Image;
        _pulled.Add((name, platform), pulled);
        return pulled;
    }
}
