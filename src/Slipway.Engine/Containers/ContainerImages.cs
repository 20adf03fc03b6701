using Slipway.Engine.Images;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

/// <summary>
/// The images of a list of containers: five hundred containers stand on a few, and each is looked up once. For one list only: what it says is
/// what was so when it was first asked.
/// </summary>
/// <param name="images">Where they are.</param>
public sealed class ContainerImages(ImageManager images)
{
    private readonly Dictionary<Digest, ImageRecord?> _byId = [];
    private readonly Dictionary<string, Digest?> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, Digest), bool> _named = [];

    /// <summary>What a container stands on; null where it is damaged away.</summary>
    public ImageRecord? Of(ContainerRecord container) => Once(_byId, container.ImageId, id => images.Find(id.ToString()));

    /// <summary>Whether what somebody wrote once still means the image that the container stands on.</summary>
    public bool IsNamed(ContainerRecord container) => Once(_named, (container.Request.Image, container.ImageId), key => images.IsNamed(key.Item1, key.Item2));

    /// <summary>Whether the name that a container was made from points at another image by now. One that was made from an id is never stale.</summary>
    public bool IsStale(ContainerRecord container) => Now(container) is { } now && now != container.ImageId;

    /// <summary>The image that the name points at now; null where it points at none.</summary>
    public Digest? Now(ContainerRecord container) => Once(_byName, container.Request.Image, name =>
    {
        try
        {
            return images.Find(name)?.Id;
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.InvalidArgument)
        {
            return null; // the beginning of an id that others have by now
        }
    });

    private static TValue Once<TKey, TValue>(Dictionary<TKey, TValue> known, TKey key, Func<TKey, TValue> look)
        where TKey : notnull
    {
        if (!known.TryGetValue(key, out TValue? value))
            known[key] = value = look(key);
        return value;
    }
}
