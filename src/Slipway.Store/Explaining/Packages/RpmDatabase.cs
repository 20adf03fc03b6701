using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Explaining.Packages;

/// <summary>rpm's database: a table of headers in an SQLite file. The older ones, Berkeley DB and ndb, are not read, and that is said.</summary>
internal static class RpmDatabase
{
    private const int LargestHeader = 64 << 20;
    private static readonly string[] s_places = ["usr/lib/sysimage/rpm", "var/lib/rpm"];
    private static readonly string[] s_older = ["Packages", "Packages.db"];

    /// <summary>The packages that have one of these paths, which are absolute.</summary>
    /// <exception cref="InvalidDataException">The database is damaged.</exception>
    public static List<Package> Find(ImageFiles files, IReadOnlyList<string> paths, List<string> notes)
    {
        var found = new List<Package>();
        foreach (string place in s_places)
        {
            if (s_older.FirstOrDefault(files.Names(place).Contains) is { } older)
                notes.Add($"rpm's database '/{place}/{older}' is of a form that is not read: only rpmdb.sqlite is");
            using SafeFd? file = files.TryOpen($"{place}/rpmdb.sqlite");
            if (file is null)
                continue;
            using (SafeFd? log = files.TryOpen($"{place}/rpmdb.sqlite-wal"))
            {
                if (log?.Status().Size > 0)
                    notes.Add($"rpm's database '/{place}/rpmdb.sqlite' has changes beside it that were not read");
            }
            using FileStream stream = file.ToStream(FileAccess.Read);
            // hnum INTEGER PRIMARY KEY, blob BLOB
            foreach (byte[] blob in new SqliteTable(stream).Blobs("Packages", 1, LargestHeader))
            {
                var header = new RpmHeader(blob);
                foreach (byte[] path in paths.Select(Encoding.UTF8.GetBytes))
                {
                    int slash = path.AsSpan().LastIndexOf((byte)'/');
                    if (header.Has(path.AsSpan(0, slash + 1), path.AsSpan(slash + 1)))
                        found.Add(header.Package);
                }
            }
        }
        return [.. found.Distinct()];
    }
}
