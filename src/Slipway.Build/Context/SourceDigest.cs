using System.Buffers.Binary;
using System.Security.Cryptography;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>
/// The content checksum of a source: names, types, modes, bytes, targets and which names are one file. Owners, attributes and times only where a
/// copy has them of the source.
/// </summary>
internal sealed class SourceDigest : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Dictionary<(ulong Inode, DeviceNumber Device), string> _linked = [];
    private int _length;

    /// <param name="source">The source.</param>
    /// <param name="hasOwners">Whether owners, devices and attributes count.</param>
    /// <param name="latest">What times are clamped to in the layer; null where they are not the source's.</param>
    public static Digest Of(SelectedSource source, bool hasOwners, FileTime? latest)
    {
        using var digest = new SourceDigest();
        foreach (SourceEntry entry in source.Entries)
            digest.Add(entry, hasOwners, latest);
        digest.Flush();
        return Digest.FromHash(digest._hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    // Every variable part has its length before it and every entry the same parts, so that no two lists look the same.
    private void Add(SourceEntry entry, bool hasOwners, FileTime? latest)
    {
        FileStatus status = entry.Status;
        Bytes(FileNames.Encode(entry.Path));
        Number(entry.IsOnlyParent ? 0 : (ulong)status.Type);
        Number(status.Mode);
        Number(hasOwners ? ((ulong)status.Uid << 32) | status.Gid : 0);
        Number(hasOwners ? ((ulong)status.SpecialDevice.Major << 32) | status.SpecialDevice.Minor : 0);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        entry.Content?.CopyTo(hash);
        Bytes(entry.Content is null ? [] : hash);
        Bytes(entry.Target ?? []);
        (ulong, DeviceNumber) inode = (status.Inode, status.Device);
        bool isAnother = status is { IsRegular: true, Links: > 1 } && !_linked.TryAdd(inode, entry.Path);
        Bytes(isAnother ? FileNames.Encode(_linked[inode]) : []);
        FileTime time = latest is { } limit ? status.Modified < limit ? status.Modified : limit : default;
        Number((ulong)time.Seconds);
        Number(time.Nanoseconds);
        Number((ulong)entry.Attributes.Count);
        foreach ((byte[] key, byte[] value) in entry.Attributes)
        {
            Bytes(key);
            Bytes(value);
        }
    }

    private void Number(ulong value)
    {
        Room(sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(ulong);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((ulong)bytes.Length);
        if (bytes.Length > BufferSize)
        {
            Flush();
            _hash.AppendData(bytes);
            return;
        }
        Room(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Room(int length)
    {
        if (BufferSize - _length < length)
            Flush();
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        _length = 0;
    }
}
