using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Build.Solving;

/// <summary>Where FROM and COPY --from find images. Build declares it; Engine implements it: local images, and registries when it wants.</summary>
public interface IImageSource
{
    /// <summary>The image, its layers unpacked; null where there is none of that name for that platform.</summary>
    ImageRecord? Find(Reference name, Platform platform);

    /// <summary>The image that is here under this id, whole or its beginning; null where the text is none or nothing has it.</summary>
    ImageRecord? FindById(string text);

    /// <summary>An image of an OCI layout directory, its layers unpacked; null where it has none of that name for that platform.</summary>
    ImageRecord? FindLayout(Graph.LayoutContext layout, Platform platform);
}
