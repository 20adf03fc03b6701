using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Recipes;

/// <summary>
/// Writes down how a layer's tar is made of its tree. What a file of the tree holds is compared as it comes, byte for byte, and only what is
/// equal is left to the file; all else is kept as it is. So it does not matter why something differs: a later entry of the same name, a hole.
/// </summary>
internal sealed class TarRecorder(DirFd tree, RecordWriter records)
{
    /// <summary>Bytes of a file's sum that are kept.</summary>
    public const int SumLength = 8;

    /// <summary>To open a file costs more than to keep so few bytes.</summary>
    private const int SmallFile = 64;

    private const int BufferSize = 128 * 1024;
    private readonly byte[] _archive = new byte[BufferSize], _file = new byte[BufferSize];
    private readonly IncrementalHash _sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isNamed;
    private long _copyOffset, _copyLength;

    /// <summary>Reads a whole tar, which stays open.</summary>
    /// <exception cref="TarException">The archive is broken.</exception>
    public void Record(Stream tar, CancellationToken cancellation)
    {
        var buffered = new BufferedStream(tar, BufferSize);
        var frame = new FrameStream(buffered, records);
        var reader = new TarEntryReader(frame);
        while (reader.Next(cancellation) is { } entry)
        {
            if (entry.Kind == TarEntryKind.Regular && entry.Size > SmallFile)
                RecordContent(reader, frame, PathBytes.Normalize(entry.Name), cancellation);
        }
        reader.Drain(cancellation);
        frame.Flush();
        records.Byte((byte)TarOperation.End);
    }

    private void RecordContent(TarEntryReader reader, FrameStream frame, byte[] path, CancellationToken cancellation)
    {
        using FileStream? file = Open(path);
        bool same = file is not null;
        _isNamed = false;
        frame.IsContent = true;
        for (int length; (length = reader.ReadData(_archive, out long offset)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            int equal = same ? Compare(file!, offset, length) : 0;
            if (equal > 0)
                Copy(frame, path, offset, equal);
            if (equal == length)
                continue;
            same = false;
            EndCopy();
            frame.Keep(_archive.AsSpan(equal, length - equal));
        }
        frame.IsContent = false;
        EndCopy();
        if (_isNamed)
        {
            frame.Flush();
            records.Byte((byte)TarOperation.Sum);
            records.Bytes(_sum.GetHashAndReset().AsSpan(0, SumLength));
        }
    }

    private FileStream? Open(byte[] path)
    {
        SafeFd? file = null;
        try
        {
            file = tree.TryOpenPath(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, Resolve.InRoot);
            if (file?.Status().IsRegular == true)
                return file.ToStream(FileAccess.Read);
        }
        catch (LinuxException e) when (e.Errno is Errno.ELOOP or Errno.ENOTDIR or Errno.ENXIO)
        {
            // Another kind of thing has the name now.
        }
        file?.Dispose();
        return null;
    }

    private int Compare(FileStream file, long offset, int length)
    {
        file.Position = offset;
        int read = file.ReadAtLeast(_file.AsSpan(0, length), length, throwOnEndOfStream: false);
        return _archive.AsSpan(0, length).CommonPrefixLength(_file.AsSpan(0, read));
    }

    private void Copy(FrameStream frame, byte[] path, long offset, int length)
    {
        if (!_isNamed)
        {
            frame.Flush();
            records.Byte((byte)TarOperation.File);
            records.Number(path.Length);
            records.Bytes(path);
            _isNamed = true;
        }
        _sum.AppendData(_archive.AsSpan(0, length));
        if (_copyLength > 0 && offset != _copyOffset + _copyLength)
            EndCopy();
        if (_copyLength == 0)
            _copyOffset = offset;
        _copyLength += length;
    }

    private void EndCopy()
    {
        if (_copyLength == 0)
            return;
        records.Byte((byte)TarOperation.Copy);
        records.Number(_copyOffset);
        records.Number(_copyLength);
        _copyLength = 0;
    }
}
