using System.Formats.Tar;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Bench.Images;

/// <summary>A layer's tree, in memory: to be written with as few calls as it takes, so that nothing but the file system is measured.</summary>
internal sealed class PlainTree
{
    private const int LargeFile = 256 * 1024;
    private readonly byte[] _tar;
    private readonly List<(string Directory, List<(byte[] Name, TarEntryType Type, long Offset, long Length, byte[] Target)> Names)> _directories = [];

    public PlainTree(string path)
    {
        _tar = File.ReadAllBytes(path);
        var byDirectory = new Dictionary<string, List<(byte[], TarEntryType, long, long, byte[])>>(StringComparer.Ordinal);
        using var reader = new TarReader(new MemoryStream(_tar));
        while (reader.GetNextEntry() is { } entry)
        {
            string name = entry.Name.Trim('/').TrimStart('.').Trim('/');
            if (entry.EntryType == TarEntryType.Directory)
            {
                byDirectory[name] = [];
                _directories.Add((name, byDirectory[name]));
            }
            else
            {
                byDirectory[Path.GetDirectoryName(name)!].Add((Encoding.UTF8.GetBytes(Path.GetFileName(name)), entry.EntryType, entry.DataOffset, entry.Length, Encoding.UTF8.GetBytes(entry.LinkName)));
            }
        }
    }

    /// <summary>Its bytes as a tar.</summary>
    public long Length => _tar.Length;

    /// <summary>Makes it: one call to make a file, one to write it, one for its time. Hard links become links to nowhere.</summary>
    public void Write(string place)
    {
        foreach ((string directory, List<(byte[] Name, TarEntryType Type, long Offset, long Length, byte[] Target)> names) in _directories)
        {
            string path = Path.Join(place, directory);
            Directory.CreateDirectory(path);
            using DirFd at = DirFd.Open(path);
            foreach ((byte[] name, TarEntryType type, long offset, long length, byte[] target) in names)
            {
                if (type is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    at.TrySymlink(name, target);
                    continue;
                }
                using SafeFd file = at.CreateFile(name);
                file.WriteAt(_tar.AsSpan((int)offset, (int)length), 0);
                file.SetTime(FileTime.Epoch);
                // The disk works while the rest is written; of small files only the flush behind them knows where they go.
                if (length >= LargeFile)
                    file.BeginFlush();
            }
        }
    }
}
