using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Images.Pushing;

/// <summary>Which other repositories of the same registry have a layer, as far as we know: of them it can be mounted instead of sent.</summary>
internal sealed class MountSources
{
    private readonly Dictionary<Digest, string> _of = [];

    /// <summary>Their names at the registry.</summary>
    public IReadOnlyCollection<string> Repositories => [.. _of.Values.Distinct()];

    /// <param name="images">What we know.</param>
    /// <param name="target">Where the layers shall go.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="most">So many repositories at most: each is another right to ask for.</param>
    public static MountSources Find(ImageStore images, Reference target, IEnumerable<Descriptor> layers, int most)
    {
        var sources = new MountSources();
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        string prefix = target.Host + "/";
        foreach (Digest layer in layers.Select(l => l.Digest).Distinct())
        {
            string[] paths = [.. images.RepositoriesWith(layer).Where(r => r.StartsWith(prefix, StringComparison.Ordinal)).Select(r => r[prefix.Length..])];
            // Where it came from or was pushed to already, nothing has to be mounted.
            if (paths.Contains(target.Path) || (paths.FirstOrDefault(chosen.Contains) ?? (chosen.Count < most ? paths.FirstOrDefault() : null)) is not { } path)
                continue;
            chosen.Add(path);
            sources._of.Add(layer, path);
        }
        return sources;
    }

    /// <summary>Where to mount it from; null where nothing is known.</summary>
    public string? Of(Digest layer) => _of.GetValueOrDefault(layer);
}
