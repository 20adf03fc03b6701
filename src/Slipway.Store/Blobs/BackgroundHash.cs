using System.Security.Cryptography;
using Slipway.Oci;
using Slipway.Oci.Streams;
using Slipway.Store.Archives;

namespace Slipway.Store.Blobs;

/// <summary>Hashes what passes; from some size on in a thread of its own, so that hashing and whatever else is done with the bytes take no turns.</summary>
internal sealed class BackgroundHash : IDisposable
{
    private const int BufferSize = 256 * 1024, BuffersBehind = 4;

    // To start a thread is dearer than to hash as much as this.
    private const long Small = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private BufferPipe? _waiting;
    private Task? _worker;
    private byte[]? _filling;
    private int _filled;
    private long _seen;

    /// <summary>Takes a copy of these bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _seen += bytes.Length;
        if (_seen <= Small)
        {
            _hash.AppendData(bytes);
            return;
        }
        if (_worker is null)
        {
            _waiting = new(BuffersBehind);
            _worker = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        while (!bytes.IsEmpty)
        {
            _filling ??= BufferPool.Rent(BufferSize);
            int length = Math.Min(bytes.Length, BufferSize - _filled);
            bytes[..length].CopyTo(_filling.AsSpan(_filled));
            bytes = bytes[length..];
            if ((_filled += length) == BufferSize)
                Hand();
        }
    }

    /// <summary>The digest of all that has passed; once.</summary>
    public Digest Finish()
    {
        Stop();
        return Digest.FromHash(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        Stop();
        _hash.Dispose();
    }

    private void Stop()
    {
        if (_worker is null)
            return;
        if (_filling is not null)
            Hand();
        _waiting!.Complete();
        _worker.Wait();
    }

    private void Hand()
    {
        _waiting!.Add(_filling!, _filled);
        (_filling, _filled) = (null, 0);
    }

    private void Work()
    {
        while (_waiting!.TryTake(out (byte[] Buffer, int Length) next))
        {
            _hash.AppendData(next.Buffer.AsSpan(0, next.Length));
            BufferPool.Return(next.Buffer);
        }
    }
}
