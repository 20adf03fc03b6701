using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Doctoring;

/// <summary>A file of a writable layer that looks as if somebody wants it back.</summary>
/// <param name="Path">In the container.</param>
/// <param name="What">Whose, or what kind of file: <c>SQLite</c>.</param>
/// <param name="Bytes">Disk that it takes.</param>
/// <param name="Written">When it was last written.</param>
public sealed record DurableFile(string Path, string What, long Bytes, DateTimeOffset Written);

/// <summary>Files of a writable layer below one directory.</summary>
/// <param name="Directory">In the container, with a slash at its end.</param>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Disk that they take.</param>
public sealed record LayerShare(string Directory, long Files, long Bytes);

/// <summary>What would be lost with a writable layer: the files that are in no image and no volume.</summary>
/// <param name="Files">Files that are new or changed.</param>
/// <param name="Bytes">Disk that they take.</param>
/// <param name="Durable">What looks durable, the largest first.</param>
/// <param name="Settings">Changed and new files below <c>/etc</c>.</param>
/// <param name="Passing">Caches, logs and temporary files.</param>
/// <param name="Others">Everything else, by directory, the largest first.</param>
public sealed record LayerSurvey(long Files, long Bytes, IReadOnlyList<DurableFile> Durable, LayerShare Settings, LayerShare Passing, IReadOnlyList<LayerShare> Others)
{
    /// <summary>Looks through a writable layer. What was copied up but is as it was below doesn't count.</summary>
    /// <param name="upper">The layer.</param>
    /// <param name="lowers">What it stands on, the top first.</param>
    /// <param name="cancel">Ends it.</param>
    internal static LayerSurvey Of(string upper, IReadOnlyList<string> lowers, CancellationToken cancel)
    {
        using DirFd root = DirFd.Open(upper);
        var seen = new SeenFiles();
        List<DurableFile> durable = [];
        LayerShare settings = new("/etc/", 0, 0), passing = new("", 0, 0);
        Dictionary<string, LayerShare> others = [];
        foreach (Change change in LayerChanges.List(upper, lowers, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            if (change.Kind is ChangeKind.Deleted || Look(root, change.Path, out ReadOnlySpan<byte> head) is not { IsDirectory: false } status || !seen.TryAdd(status))
                continue;
            long bytes = status.Blocks * 512;
            if (status.IsRegular && DurableData.Find(change.Path, head) is { } what)
                durable.Add(new(change.Path, what, bytes, status.Modified.ToDateTimeOffset()));
            else if (DurableData.IsPassing(change.Path))
                passing = Plus(passing, bytes);
            else if (change.Path.StartsWith("/etc/", StringComparison.Ordinal))
                settings = Plus(settings, bytes);
            else
                others[DirectoryOf(change.Path)] = Plus(others.GetValueOrDefault(DirectoryOf(change.Path)) ?? new(DirectoryOf(change.Path), 0, 0), bytes);
        }
        return new(
            durable.Count + settings.Files + passing.Files + others.Values.Sum(o => o.Files), durable.Sum(d => d.Bytes) + settings.Bytes + passing.Bytes + others.Values.Sum(o => o.Bytes),
            [.. durable.OrderByDescending(d => d.Bytes).ThenBy(d => d.Path, StringComparer.Ordinal)], settings, passing, [.. others.Values.OrderByDescending(o => o.Bytes).ThenBy(o => o.Directory, StringComparer.Ordinal)]);
    }

    private static LayerShare Plus(LayerShare share, long bytes) => share with { Files = share.Files + 1, Bytes = share.Bytes + bytes };

    // Two names deep: /srv/www/.
    private static string DirectoryOf(string path)
    {
        int first = path.IndexOf('/', 1), second = first < 0 ? -1 : path.IndexOf('/', first + 1);
        return second > 0 ? path[..(second + 1)] : first > 0 ? path[..(first + 1)] : "/";
    }

    // No link is followed and nothing is opened that is not a file: the layer is whatever its container made of it.
    private static FileStatus? Look(DirFd root, string path, out ReadOnlySpan<byte> head)
    {
        head = default;
        byte[] name = Encoding.UTF8.GetBytes(path.TrimStart('/'));
        try
        {
            using SafeFd? place = root.TryOpenPath(name, OpenFlags.Path | OpenFlags.NoFollow, Resolve.NoLinks);
            if (place is null)
                return null;
            FileStatus status = place.Status();
            if (status.IsRegular)
            {
                using SafeFd file = root.OpenPath(name, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoFollow, 0, Resolve.NoLinks);
                byte[] buffer = new byte[DurableData.HeadLength];
                head = buffer.AsSpan(0, file.ReadAt(buffer, 0));
            }
            return status;
        }
        catch (LinuxException)
        {
            return null; // it went, or moved, meanwhile
        }
    }
}
