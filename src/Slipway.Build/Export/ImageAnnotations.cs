using Slipway.Build.Provenance;
using Slipway.Store.Images;

namespace Slipway.Build.Export;

/// <summary>What an image's manifest says of where it came from (image-spec, annotations.md), so that it can be traced.</summary>
internal static class ImageAnnotations
{
    private const string Prefix = "org.opencontainers.image.";

    /// <param name="given">The caller's, which win.</param>
    /// <param name="checkout">The context's commit, or null.</param>
    /// <param name="base">The image that it stands on, and what its Dockerfile calls it; null for none.</param>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> given, GitCheckout? checkout, (string Name, ImageRecord Image)? @base)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (checkout is not null)
            all[Prefix + "revision"] = checkout.Commit;
        if (checkout?.Remote is { } remote)
            all[Prefix + "source"] = remote;
        if (@base is (string name, ImageRecord image))
        {
            all[Prefix + "base.name"] = Oci.Reference.TryParse(name, out Oci.Reference? reference) ? reference.ToString() : name;
            all[Prefix + "base.digest"] = image.Id.ToString();
        }
        foreach ((string key, string value) in given)
            all[key] = value;
        return all;
    }
}
