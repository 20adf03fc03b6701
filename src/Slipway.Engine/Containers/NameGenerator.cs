namespace Slipway.Engine.Containers;

/// <summary>Names for containers that were given none: a word for the weather, one for a vessel.</summary>
internal static class NameGenerator
{
    private static readonly string[] s_weathers =
    [
        "amber", "balmy", "breezy", "bright", "brisk", "calm", "clear", "cloudy", "cool", "crisp", "dewy", "dusky", "fair", "foggy",
        "fresh", "frosty", "gentle", "golden", "gusty", "hazy", "lucid", "mellow", "mild", "misty", "moonlit", "pearly", "placid",
        "quiet", "rainy", "serene", "silver", "starry", "steady", "stormy", "sunny", "tidal", "velvet", "warm", "wavy", "windy",
    ];

    private static readonly string[] s_vessels =
    [
        "barge", "barque", "brig", "caique", "canoe", "caravel", "catboat", "clipper", "cog", "coracle", "corvette", "cutter", "dhow",
        "dinghy", "dory", "felucca", "ferry", "frigate", "galleon", "galley", "gig", "hooker", "jolly", "junk", "kayak", "ketch",
        "knarr", "launch", "lugger", "packet", "pinnace", "prau", "punt", "sampan", "schooner", "skiff", "sloop", "smack", "tender",
        "trawler", "tug", "whaler", "wherry", "xebec", "yacht", "yawl",
    ];

    /// <summary>A name; after the first try with a number, so that it is soon a free one.</summary>
    public static string Next(int attempt)
    {
        string name = $"{s_weathers[Random.Shared.Next(s_weathers.Length)]}_{s_vessels[Random.Shared.Next(s_vessels.Length)]}";
        return attempt == 0 ? name : name + Random.Shared.Next(10 * attempt * attempt + 10);
    }
}
