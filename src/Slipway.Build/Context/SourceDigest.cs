using Slipway.Build.Graph;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>The content checksum of a source: names, types, modes, bytes, targets and which names are one file; owners where they count; never times.</summary>
internal static class SourceDigest
{
    public static Digest Of(SelectedSource source, bool withOwners)
    {
        var ingredients = new Ingredients();
        var linked = new Dictionary<ulong, string>();
        foreach (SourceEntry entry in source.Entries)
        {
            ingredients
                .Add("path", Hex(entry.Path))
                .Add("type", entry.IsOnlyParent ? "Parent" : entry.Status.Type.ToString())
                .Add("mode", Convert.ToString(entry.Status.Mode, 8));
            if (withOwners)
                ingredients.Add("owner", $"{entry.Status.Uid}:{entry.Status.Gid}").Add("device", entry.Status.SpecialDevice.ToString());
            if (entry.Content is { } content)
                ingredients.Add("content", content.ToString());
            if (entry.Target is { } target)
                ingredients.Add("target", Convert.ToHexString(target));
            if (entry.Status is { IsRegular: true, Links: > 1 } && !linked.TryAdd(entry.Status.Inode, entry.Path))
                ingredients.Add("link", Hex(linked[entry.Status.Inode]));
        }
        return ingredients.Digest;
    }

    // A name need not be text; its bytes are what counts.
    private static string Hex(string path) => Convert.ToHexString(FileNames.Encode(path));
}
