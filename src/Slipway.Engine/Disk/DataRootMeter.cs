using System.Collections.Concurrent;
using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Disk;

/// <summary>
/// Walks the data root once and measures each thing in it: the entries of the directories that hold things by name, and all else together.
/// Blocks of disk, a file with several names once: what <c>du -x</c> counts.
/// </summary>
internal sealed class DataRootMeter
{
    private const int BlockSize = 512;

    // A blob's file may have another name in ingest: it counts where it is in place, so that comes first.
    private static readonly string[] s_places =
        ["content/blobs/sha256", "content/recipes/sha256", "content/ingest", "layers", "containers", "work", "logs", "exits", "volumes", "cache", "trash", "removing", "tmp"];

    private readonly ConcurrentDictionary<(string Place, string Name), long> _entries = new();
    private readonly SeenFiles _seen = new();
    private readonly CancellationToken _cancellation;
    private long _rest;

    private DataRootMeter(CancellationToken cancellation) => _cancellation = cancellation;

    /// <summary>What belongs to no entry: the database, directories.</summary>
    public long Rest => _rest;

    /// <summary>Every entry.</summary>
    public IReadOnlyDictionary<(string Place, string Name), long> Entries => _entries;

    public static DataRootMeter Measure(string dataRoot, CancellationToken cancellation)
    {
        var meter = new DataRootMeter(cancellation);
        foreach (string place in s_places)
            meter.MeasurePlace(dataRoot, place);
        using DirFd root = DirFd.Open(dataRoot);
        meter.MeasureRest(root, "");
        return meter;
    }

    /// <summary>Bytes of one entry; 0 where there is none.</summary>
    public long Of(string place, string name) => _entries.GetValueOrDefault((place, name));

    /// <summary>All entries of a place.</summary>
    public IEnumerable<KeyValuePair<string, long>> In(string place) => _entries.Where(e => e.Key.Place == place).Select(e => KeyValuePair.Create(e.Key.Name, e.Value));

    private void MeasurePlace(string dataRoot, string place)
    {
        string path = Path.Join(dataRoot, place);
        if (!Directory.Exists(path))
            return;
        using DirFd directory = DirFd.Open(path);
        var options = new ParallelOptions { CancellationToken = _cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(directory.List(), options, entry => _entries[(place, Encoding.UTF8.GetString(entry.Name))] = BytesOf(directory, entry.Name));
    }

    private void MeasureRest(DirFd directory, string path)
    {
        _rest += directory.Status().Blocks * BlockSize;
        if (s_places.Contains(path))
            return;
        foreach (DirEntry entry in directory.List())
        {
            string child = path.Length == 0 ? Encoding.UTF8.GetString(entry.Name) : $"{path}/{Encoding.UTF8.GetString(entry.Name)}";
            if (s_places.Any(p => p == child || p.StartsWith(child + "/", StringComparison.Ordinal)) && directory.TryOpenDirectory(entry.Name) is { } below)
            {
                using (below)
                    MeasureRest(below, child);
            }
            else
            {
                _rest += BytesOf(directory, entry.Name);
            }
        }
    }

    // What goes meanwhile counts as nothing.
    private long BytesOf(DirFd parent, byte[] name)
    {
        if (!parent.TryStatus(name, out FileStatus status))
            return 0;
        if (!status.IsDirectory)
            return status.Links > 1 && !_seen.TryAdd(status) ? 0 : status.Blocks * BlockSize;
        using DirFd? directory = parent.TryOpenDirectory(name);
        return directory is null ? 0 : TreeUsage.Measure(directory.Handle.ProcPath, _seen, _cancellation).Bytes;
    }
}
