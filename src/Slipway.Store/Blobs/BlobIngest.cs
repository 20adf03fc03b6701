using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Leases;

namespace Slipway.Store.Blobs;

/// <summary>
/// A blob that is fetched by its digest, and may take several tries. What has come stays when this is disposed or killed, and is hashed again
/// when the next takes it up; <see cref="Commit"/> puts it into place; <see cref="Forget"/> says that an image refers to it and nothing needs to
/// be kept besides. Until this is disposed nobody else fetches the same.
/// </summary>
public sealed class BlobIngest : IDisposable
{
    private const int HashBuffer = 1 << 20;
    private readonly BlobStore _blobs;
    private readonly LeaseStore _leases;
    private readonly string _path;
    private readonly SafeFd _file;
    private readonly DiskFloor _floor;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal BlobIngest(BlobStore blobs, LeaseStore leases, string path, SafeFd locked, Digest digest, long size)
    {
        _blobs = blobs;
        _leases = leases;
        _path = path;
        _file = locked;
        _floor = new DiskFloor(path);
        Digest = digest;
        Size = size;
    }

    /// <summary>What it has to be.</summary>
    public Digest Digest { get; }

    /// <summary>How long it has to be, in bytes.</summary>
    public long Size { get; }

    /// <summary>How much is there: the next byte to be written is the one at this offset.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether some of it is from an earlier try, and so may have suffered in between.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="SlipwayException">Corrupt: there are more than there should be; Exhausted: the disk.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size - Offset)
            throw new SlipwayException(ErrorKind.Corrupt, $"store blob {Digest}: it has more than its {Size} bytes");
        _floor.Take(bytes.Length);
        _file.WriteAt(bytes, Offset);
        _hash.AppendData(bytes);
        Offset += bytes.Length;
    }

    /// <summary>Throws away what is there.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        _hash.GetHashAndReset();
        Offset = 0;
        IsResumed = false;
    }

    /// <summary>Puts the blob into place, under the running leases of this process. What is not what its name says is thrown away.</summary>
    /// <exception cref="SlipwayException">Corrupt: another digest or size; nothing was stored.</exception>
    public void Commit()
    {
        if (Offset != Size)
            throw new SlipwayException(ErrorKind.Corrupt, $"store blob {Digest}: it has {Offset} bytes instead of {Size}");
        Digest actual = Digest.FromHash(_hash.GetHashAndReset());
        if (actual != Digest)
        {
            Restart();
            throw new SlipwayException(ErrorKind.Corrupt, $"store blob {Digest}: its content has the digest {actual}");
        }
        _file.BeginFlush();
        _leases.HoldBlob(Digest);
        // A second name, not another: where the pull comes to nothing the collector takes the first, and this one is taken up by the next.
        _blobs.Link(_path, Digest, Size);
    }

    /// <summary>The blob is where it belongs for good.</summary>
    public void Forget() => File.Delete(_path);

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        // Nothing came: nothing to keep.
        if (!_file.IsClosed && _file.Status().Size == 0)
            File.Delete(_path);
        _file.Dispose();
    }

    /// <summary>Takes up what an earlier try has left.</summary>
    internal void Resume(CancellationToken cancellation)
    {
        if (_file.Status().Size > Size)
            _file.SetLength(0);
        byte[] buffer = new byte[HashBuffer];
        for (int read; (read = _file.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            _hash.AppendData(buffer.AsSpan(0, read));
            Offset += read;
        }
        IsResumed = Offset > 0;
    }
}
