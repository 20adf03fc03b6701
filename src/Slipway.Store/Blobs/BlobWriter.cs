using System.Diagnostics.CodeAnalysis;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Leases;

namespace Slipway.Store.Blobs;

/// <summary>
/// One blob on its way in: a write-only stream that hashes what passes. <see cref="Commit"/> checks and renames it into place;
/// disposing without a commit removes what was written. Close order does not matter: commit ends the stream.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is the writer of a store first, and a stream so that others can write into it.")]
public sealed class BlobWriter : Stream
{
    private readonly BlobStore _blobs;
    private readonly LeaseStore _leases;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly DiskFloor _floor;
    private readonly BackgroundHash _hash = new();
    private long _written;
    private bool _ended;

    internal BlobWriter(BlobStore blobs, LeaseStore leases, string path)
    {
        _blobs = blobs;
        _leases = leases;
        _path = path;
        _floor = new DiskFloor(path);
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_ended;

    /// <summary>Bytes written so far.</summary>
    public override long Length => _written;

    /// <inheritdoc/>
    public override long Position { get => _written; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="SlipwayException">Exhausted: less than a twentieth of the disk, or 1 GiB, would stay free.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _floor.Take(buffer.Length);
        _hash.Append(buffer);
        _file.Write(buffer);
        _written += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>
    /// Puts the blob into place and ends the writer, even on error. The running leases of this process hold the blob from before it
    /// appears. A blob that was there already stays, and the new copy is dropped.
    /// </summary>
    /// <param name="expected">The digest that it must have; null accepts any.</param>
    /// <param name="expectedSize">The size in bytes that it must have; null accepts any.</param>
    /// <exception cref="SlipwayException">Corrupt: it has another digest or size; nothing was stored.</exception>
    public (Digest Digest, long Size) Commit(Digest? expected = null, long? expectedSize = null)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            Digest actual = _hash.Finish();
            if (expectedSize is { } size && size != _written)
                throw new SlipwayException(ErrorKind.Corrupt, $"store blob {expected}: it has {_written} bytes instead of {size}");
            if (expected is { } wanted && wanted != actual)
                throw new SlipwayException(ErrorKind.Corrupt, $"store blob {wanted}: its content has the digest {actual}");
            _file.BeginFlush();
            _leases.HoldBlob(actual);
            // A blob in place is never replaced, unless its length says that a power cut emptied it.
            var present = new FileInfo(_blobs.PathOf(actual));
            if (!present.Exists || present.Length != _written)
                File.Move(_path, _blobs.PathOf(actual), overwrite: true);
            return (actual, _written);
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public override void Flush() => _file.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _ended = true;
            _hash.Dispose();
            // Removed before the lock on it goes; after a commit there is nothing under this name any more.
            File.Delete(_path);
            _file.Dispose();
        }
        base.Dispose(disposing);
    }
}
