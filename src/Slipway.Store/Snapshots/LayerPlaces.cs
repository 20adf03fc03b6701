using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Snapshots;

/// <summary>Where in a stack of layers a path lies: what overlayfs would merge there, or the one file that it would show.</summary>
public static class LayerPlaces
{
    /// <summary>The places of a path, the top layer's first: several for a directory that several layers have, one for anything else.</summary>
    /// <param name="layersTopFirst">The layers' directories.</param>
    /// <param name="path">From the root, resolved: no link may be on the way (openat2(2) refuses one).</param>
    /// <exception cref="LinuxException">ENOENT: nothing shows there.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> layersTopFirst, string path)
    {
        IReadOnlyList<string> places = layersTopFirst;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            places = Descend(places, Encoding.UTF8.GetBytes(part), part);
        return places.Count > 0 ? places : throw new LinuxException("find in layers", Errno.ENOENT, path);
    }

    // Down to the first layer that has something else there, or a directory that hides those below.
    private static List<string> Descend(IReadOnlyList<string> places, byte[] name, string text)
    {
        var found = new List<string>();
        foreach (string place in places)
        {
            using DirFd directory = DirFd.Open(place);
            if (!directory.TryStatus(name, out FileStatus status))
                continue;
            if (status.IsWhiteout())
                break;
            if (!status.IsDirectory)
            {
                if (found.Count == 0)
                    found.Add(Path.Join(place, text));
                break;
            }
            found.Add(Path.Join(place, text));
            using DirFd child = directory.OpenDirectory(name);
            if (child.IsOpaque())
                break;
        }
        return found;
    }
}
