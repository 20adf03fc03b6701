using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Engine.Images;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>Base images from this store, and from their registries what is not here, is here for another platform, or shall be looked up anew: each once a build.</summary>
internal sealed class BaseImageSource(EngineContext context, ImageManager images, BuildPull pull, CancellationToken cancellation) : IImageSource
{
    private readonly Dictionary<(Reference, Platform), ImageRecord> _pulled = [];

    /// <summary>The images that were asked for.</summary>
    public HashSet<Digest> Used { get; } = [];

    public ImageRecord? Find(Reference name, Platform platform)
    {
        ImageRecord? image = FindOrPull(name, platform);
        if (image is not null)
            Used.Add(image.Id);
        return image;
    }

    public ImageRecord? FindById(string text)
    {
        string hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        // What is shorter than docker's short ids is a name that somebody chose.
        if (hex.Length is < 12 or > 64 || hex.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            return null;
        if (images.Find(text) is not { } image || !image.Id.Hex.StartsWith(hex, StringComparison.Ordinal))
            return null;
        Used.Add(image.Id);
        return image;
    }

    private ImageRecord? FindOrPull(Reference name, Platform platform)
    {
        if (_pulled.TryGetValue((name, platform), out ImageRecord? known))
            return known;
        ImageRecord? here = images.Find(name.ToString());
        bool isOther = here is not null && platform.Score(PlatformOf(here)) == 0;
        if (here is not null && !pull.Always && !isOther)
            return here;
        try
        {
            return _pulled[(name, platform)] = Pull(name, platform);
        }
        catch (SlipwayException e) when (isOther && e.Kind is ErrorKind.NotFound or ErrorKind.Unavailable or ErrorKind.Denied)
        {
            // One for another platform is better than none: the caller sees what it is for.
            return here!;
        }
    }

    public ImageRecord? FindLayout(LayoutContext layout, Platform platform) => OciLayout.Find(context.Store, layout, platform, cancellation);

    private ImageRecord Pull(Reference name, Platform platform) =>
        images.PullAsync(new PullRequest(name) { Platform = platform == Platform.Host ? null : platform, Credentials = pull.Credentials }, pull.Progress, cancellation).GetAwaiter().GetResult()[0].Image;

    private static Platform PlatformOf(ImageRecord image) => new() { OS = image.Config.OS, Architecture = image.Config.Architecture, Variant = image.Config.Variant };
}
