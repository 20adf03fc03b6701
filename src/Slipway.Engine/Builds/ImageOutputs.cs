using Slipway.Build;
using Slipway.Build.Export;
using Slipway.Engine.Images;
using Slipway.Engine.Images.Pushing;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>What is done with a built image besides naming it: archives, and pushes.</summary>
internal sealed class ImageOutputs(EngineContext context, ImageManager images, BuildRequest request)
{
    // The images that were there before: one that is made for an archive only goes again.
    private readonly HashSet<Digest>? _before = request.Outputs.Count > 0 && request.Outputs.All(output => output is not ImageOutput) ? [.. images.List().Select(image => image.Id)] : null;

    /// <summary>Does it.</summary>
    public async Task WriteAsync(ImageRecord image, IPushProgress push, CancellationToken ct)
    {
        foreach (ArchiveOutput archive in request.Outputs.OfType<ArchiveOutput>())
            Save(image, archive, ct);
        foreach (ImageOutput output in request.Outputs.OfType<ImageOutput>().Where(output => output.Push))
        {
            IReadOnlyList<Reference> names = [.. request.Tags, .. output.Names];
            if (names.Count == 0)
                throw new SlipwayException(ErrorKind.InvalidArgument, "tag is needed when pushing to registry") { Hint = "name the image with -t" };
            foreach (Reference name in names)
                await images.PushAsync(name, allTags: false, push, ct).ConfigureAwait(false);
        }
        if (_before is not null && !_before.Contains(image.Id) && context.Store.Images.Get(image.Id.ToString()).Names.Count == 0)
            context.Store.Images.Delete(image.Id);
    }

    private void Save(ImageRecord image, ArchiveOutput archive, CancellationToken ct)
    {
        IReadOnlyList<Reference> names = [.. request.Tags, .. archive.Names];
        if (archive.Path is null)
        {
            using Stream standard = Console.OpenStandardOutput();
            context.Store.Archives.Save(standard, [(image, names)], archive.Format, ct);
            return;
        }
        WholeFile.Write(archive.Path, file => context.Store.Archives.Save(file, [(image, names)], archive.Format, ct));
    }
}
