using Slipway.Oci;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining.Packages;

/// <summary>Asks an image's package databases whose a file is. They are the image's word, and nothing is concluded from them but names.</summary>
internal static class PackageFinder
{
    private const int MostFound = 20;
    private delegate IEnumerable<Package> Database(ImageFiles files, IReadOnlyList<string> paths, List<string> notes);

    /// <param name="stack">The image's layers.</param>
    /// <param name="path">Absolute, links on the way resolved.</param>
    public static PackageAnswer Find(LayerStack stack, string path)
    {
        var files = new ImageFiles(stack);
        var found = new List<Package>();
        var notes = new List<string>();
        // Lists of packages from before /usr was merged have what lies in /usr/lib today under /lib.
        string[] paths = path.StartsWith("/usr/", StringComparison.Ordinal) ? [path, path["/usr".Length..]] : [path];
        foreach ((string name, Database database) in (ReadOnlySpan<(string, Database)>)
            [("dpkg", (f, p, _) => DpkgDatabase.Find(f, p)), ("apk", (f, p, _) => ApkDatabase.Find(f, p)), ("rpm", RpmDatabase.Find)])
        {
            try
            {
                found.AddRange(database(files, paths, notes).Take(MostFound));
            }
            catch (Exception e) when (e is InvalidDataException or SlipwayException or IOException)
            {
                notes.Add($"{name}'s database can't be read: {e.Message}");
            }
        }
        return new(found, notes);
    }
}
