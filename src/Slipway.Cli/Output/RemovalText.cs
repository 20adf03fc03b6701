using Slipway.Engine.Images;

namespace Slipway.Cli.Output;

/// <summary>What an image's removal did, a line each, as docker says it.</summary>
internal static class RemovalText
{
    /// <param name="removal">Of one image or name.</param>
    /// <param name="untagged">The word for a name; rmi begins it with a capital, prune does not.</param>
    /// <param name="deleted">The word for an image and its layers.</param>
    public static IEnumerable<string> Lines(ImageRemoval removal, string untagged, string deleted) =>
    [
        .. removal.Untagged.Select(name => $"{untagged}: {name.Familiar}"),
        .. (removal.Deleted is { } image ? removal.Layers.Prepend(image) : []).Select(digest => $"{deleted}: {digest}"),
    ];
}
