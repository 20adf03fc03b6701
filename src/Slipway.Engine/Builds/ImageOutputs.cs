using Slipway.Build;
using Slipway.Build.Export;
using Slipway.Engine.Images;
using Slipway.Oci;

namespace Slipway.Engine.Builds;

/// <summary>What is done with a built image once the store has it: pushes.</summary>
internal static class ImageOutputs
{
    /// <summary>Pushes it under all of its names, where an output asks for that.</summary>
    public static async Task PushAsync(BuildRequest request, ImageManager images, BuildPull network, CancellationToken ct)
    {
        foreach (ImageOutput output in request.Outputs.OfType<ImageOutput>().Where(output => output.Push))
        {
            IReadOnlyList<Reference> names = [.. request.Tags, .. output.Names];
            if (names.Count == 0)
                throw new SlipwayException(ErrorKind.InvalidArgument, "tag is needed when pushing to registry") { Hint = "name the image with -t" };
            foreach (Reference name in names)
                await images.PushAsync(name, allTags: false, network.Push, ct, network.Credentials).ConfigureAwait(false);
        }
    }
}
