using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Api.BuildKit;

/// <summary>Named contexts that are said for one platform each: <c>context:NAME::linux/amd64</c>, as buildx says one target's result for another's builds.</summary>
internal static class PlatformContexts
{
    private const string Separator = "::";

    /// <summary>A context's name without the platform.</summary>
    public static string NameOf(string key) => key.Split(Separator)[0];

    /// <summary>The attributes with one context a name: of several, that of the platform which is built for, or else that of all.</summary>
    /// <param name="attributes">As the client sent them.</param>
    /// <param name="prefix">What contexts begin with.</param>
    /// <param name="platforms">What is built for; empty: this machine.</param>
    /// <exception cref="SlipwayException">NotSupported: several platforms are built for, with a context each.</exception>
    public static IReadOnlyDictionary<string, string> Choose(IReadOnlyDictionary<string, string> attributes, string prefix, IReadOnlyList<Platform> platforms)
    {
        IGrouping<string, string>[] several = [.. attributes.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(NameOf).Where(keys => keys.Count() > 1)];
        if (several.Length == 0)
            return attributes;
        if (platforms.Count > 1)
            throw new SlipwayException(ErrorKind.NotSupported, $"build context '{Linux.Printable.Escape(several[0].Key[prefix.Length..])}': a context of its own for each platform is served where one platform is built for");
        var chosen = new Dictionary<string, string>(attributes);
        foreach (IGrouping<string, string> keys in several)
        {
            string wanted = $"{keys.Key}{Separator}{(platforms is [var platform] ? platform : Platform.Host)}";
            foreach (string other in keys.Where(k => k != wanted && (k != keys.Key || keys.Contains(wanted))))
                chosen.Remove(other);
        }
        return chosen;
    }
}
