using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>Base images from this store; registries come with pull.</summary>
internal sealed class LocalImageSource(ImageStore images) : IImageSource
{
    public ImageRecord? Find(Reference name, Platform platform) => images.Find(name.ToString());
}
