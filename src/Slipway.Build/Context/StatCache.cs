using System.Buffers.Binary;
using System.Security.Cryptography;
using Slipway.Linux.Files;

namespace Slipway.Build.Context;

// cache/stats/DEVICE-INODE   of a context's root: "slipstat", version 1 (u64), then 80 bytes a file (little-endian):
//   inode u64, device u64, size i64, modified s i64, changed s i64, modified ns u32, changed ns u32, SHA-256 of the content; at the end SHA-256 of all before

/// <summary>
/// Digests of files by what stat tells of them, so that an unchanged file is not read again. The time of the last change of the inode is part of it,
/// which nobody can set back: a file that is replaced by one of equal size and time is another one. What changed so shortly before the scan that a
/// further change might not show is not remembered. Losing it costs reading; a damaged one is no cache at all.
/// </summary>
internal sealed class StatCache
{
    private const int RecordSize = 80, HeaderSize = 16, MaxRecords = 500_000, MaxFiles = 64;
    private static readonly TimeSpan s_granularity = TimeSpan.FromMilliseconds(50), s_coarseGranularity = TimeSpan.FromSeconds(2.5);
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly DateTimeOffset _start;
    private byte[]? _loaded;
    private readonly Dictionary<(ulong Inode, ulong Device), int> _places = [];
    private readonly Dictionary<(ulong Inode, ulong Device), byte[]> _added = [];

    private StatCache(string path, DateTimeOffset start) => (_path, _start) = (path, start);

    /// <summary>What is remembered of a context; read when it is first asked for.</summary>
    /// <param name="directory">Where such files are.</param>
    /// <param name="root">The context's root.</param>
    /// <param name="start">When the scan begins: now, before any file is looked at. The end of time for a directory that nobody else writes to.</param>
    public static StatCache Open(string directory, FileStatus root, DateTimeOffset start) => new(Path.Join(directory, $"{DeviceOf(root):x}-{root.Inode:x}"), start);

    /// <summary>The digest of a file that looks like this; null where none is known.</summary>
    public FileHash? Find(in FileStatus status)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        Write(record, status, []);
        lock (_gate)
        {
            byte[] loaded = Load();
            (ulong, ulong) key = (status.Inode, DeviceOf(status));
            ReadOnlySpan<byte> known = _added.TryGetValue(key, out byte[]? added) ? added : _places.TryGetValue(key, out int place) ? loaded.AsSpan(place, RecordSize) : [];
            return known.Length > 0 && known[..^SHA256.HashSizeInBytes].SequenceEqual(record[..^SHA256.HashSizeInBytes]) ? FileHash.Of(known[^SHA256.HashSizeInBytes..]) : null;
        }
    }

    /// <summary>Remembers a digest, unless the file is too young for that.</summary>
    /// <param name="status">As it was before the file was read, and after.</param>
    /// <param name="hash">SHA-256.</param>
    public void Add(in FileStatus status, ReadOnlySpan<byte> hash)
    {
        // File systems that count in seconds have no fractions.
        bool isCoarse = status.Changed.Nanoseconds == 0;
        if (status.Changed >= FileTime.From(_start - (isCoarse ? s_coarseGranularity : s_granularity)))
            return;
        var record = new byte[RecordSize];
        Write(record, status, hash);
        lock (_gate)
        {
            if (_added.Count < MaxRecords)
                _added[(status.Inode, DeviceOf(status))] = record;
        }
    }

    /// <summary>Writes it down, where something is new.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (_added.Count == 0)
                return;
            byte[] loaded = Load();
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            int kept = Math.Max(0, Math.Min(_places.Count, MaxRecords - _added.Count));
            var text = new MemoryStream(HeaderSize + (_added.Count + kept) * RecordSize + SHA256.HashSizeInBytes);
            text.Write("slipstat"u8);
            text.Write([1, 0, 0, 0, 0, 0, 0, 0]);
            foreach (byte[] record in _added.Values)
                text.Write(record);
            foreach ((_, int place) in _places.Where(pair => !_added.ContainsKey(pair.Key)).Take(kept))
                text.Write(loaded, place, RecordSize);
            text.Write(SHA256.HashData(text.GetBuffer().AsSpan(0, (int)text.Length)));
            WholeFile.Write(_path, file => text.WriteTo(file), 0b110_000_000);
            _added.Clear();
        }
        Trim(Path.GetDirectoryName(_path)!);
    }

    private byte[] Load()
    {
        if (_loaded is not null)
            return _loaded;
        _loaded = TryLoad(_path);
        for (int at = HeaderSize; at < _loaded.Length; at += RecordSize)
            _places[(Number(_loaded, at), Number(_loaded, at + 8))] = at;
        return _loaded;
    }

    // The contexts that were built last stay.
    private static void Trim(string directory)
    {
        FileInfo[] files = new DirectoryInfo(directory).GetFiles();
        foreach (FileInfo old in files.OrderByDescending(file => file.LastWriteTimeUtc).Skip(MaxFiles))
            old.Delete();
    }

    private static byte[] TryLoad(string path)
    {
        try
        {
            byte[] all = File.ReadAllBytes(path);
            int length = all.Length - SHA256.HashSizeInBytes;
            bool isWhole = length >= HeaderSize && (length - HeaderSize) % RecordSize == 0 && all.AsSpan().StartsWith("slipstat\u0001"u8)
                && SHA256.HashData(all.AsSpan(0, length)).AsSpan().SequenceEqual(all.AsSpan(length));
            return isWhole ? all[..length] : [];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void Write(Span<byte> record, in FileStatus status, ReadOnlySpan<byte> hash)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(record, status.Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], DeviceOf(status));
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], status.Size);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], status.Modified.Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], status.Changed.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(record[40..], status.Modified.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(record[44..], status.Changed.Nanoseconds);
        hash.CopyTo(record[48..]);
    }

    private static ulong Number(byte[] records, int place) => BinaryPrimitives.ReadUInt64LittleEndian(records.AsSpan(place));

    private static ulong DeviceOf(in FileStatus status) => ((ulong)status.Device.Major << 32) | status.Device.Minor;
}
