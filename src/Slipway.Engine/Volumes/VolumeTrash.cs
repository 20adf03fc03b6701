using System.Globalization;
using System.Text;
using Slipway.Engine.Trash;
using Slipway.Linux.Files;

namespace Slipway.Engine.Volumes;

/// <summary>
/// Volumes in <c>DATA/trash</c>. A directory moves before what is known of it is written down for good: killed in between, it is where the rows do
/// not have it, and <see cref="Sweep"/> puts it there.
/// </summary>
internal sealed class VolumeTrash(TrashTable rows, EngineOptions options, VolumeTable volumes)
{
    private string Root => options.StorePaths.Trash;

    /// <summary>Moves a volume to here, within the caller's transaction.</summary>
    public void Take(string name, string? container, DateTimeOffset expires)
    {
        DateTimeOffset now = options.Clock.GetUtcNow();
        // Names may come again.
        string place = string.Create(CultureInfo.InvariantCulture, $"{name}.{now.UtcTicks:x}");
        rows.TakeVolume(name, place, container, now, expires);
        if (Directory.Exists(volumes.DirectoryOf(name)))
            Move(volumes.DirectoryOf(name), Path.Combine(Root, place));
    }

    /// <summary>Moves one back; false where another has its name.</summary>
    public bool GiveBack(string place, Action<string> created) => volumes.InTransaction(() =>
    {
        string name = NameIn(place);
        if (!rows.GiveVolumeBack(place))
            return false;
        created(name);
        return Restore(name, Path.Combine(Root, place));
    });

    /// <summary>Removes one for good.</summary>
    public void Remove(string place, RemovalBin bin)
    {
        volumes.InTransaction(() =>
        {
            bin.Take(Path.Combine(Root, place), BinName(place));
            rows.DeleteVolume(place);
            return true;
        });
        bin.Empty(BinName(place));
    }

    /// <summary>Moves a directory to where the volume of that name has its own, if there is such a volume, and none.</summary>
    /// <returns>Whether that was so.</returns>
    public bool Restore(string name, string from)
    {
        if (volumes.Find(name) is null || Directory.Exists(volumes.DirectoryOf(name)))
            return false;
        Move(from, volumes.DirectoryOf(name));
        return true;
    }

    /// <summary>Puts directories where the rows have them.</summary>
    public void Sweep(RemovalBin bin)
    {
        List<string> places = [.. Directory.EnumerateDirectories(Root).Select(static path => Path.GetFileName(path))];
        if (places.Count == 0)
            return;
        HashSet<string> known = [.. rows.List().Where(i => i.Kind is TrashedKind.Volume).Select(i => i.Id)];
        foreach (string place in places.Where(p => !known.Contains(p)))
        {
            volumes.InTransaction(() =>
            {
                if (!rows.List().Exists(i => i.Id == place) && !Restore(NameIn(place), Path.Combine(Root, place)))
                    bin.Take(Path.Combine(Root, place), BinName(place));
                return true;
            });
        }
    }

    /// <summary>Puts one back whose removal for good was cut off before that was written down. Takes an entry of the bin.</summary>
    public bool RestoreTrashed(string removed, string from)
    {
        string place = removed[BinPrefix.Length..];
        if (!rows.List().Exists(i => i.Id == place) || Directory.Exists(Path.Combine(Root, place)))
            return false;
        Move(from, Path.Combine(Root, place));
        return true;
    }

    /// <summary>Before a place in the trash: one that is being removed for good.</summary>
    public const string BinPrefix = "trashed-";

    private static string BinName(string place) => BinPrefix + place;

    private static string NameIn(string place) => place.LastIndexOf('.') is > 0 and int dot ? place[..dot] : place;

    private static void Move(string from, string to)
    {
        using DirFd source = DirFd.Open(Path.GetDirectoryName(from)!), target = DirFd.Open(Path.GetDirectoryName(to)!);
        source.Rename(Encoding.UTF8.GetBytes(Path.GetFileName(from)), target, Encoding.UTF8.GetBytes(Path.GetFileName(to)));
    }
}
