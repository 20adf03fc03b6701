using System.IO.Compression;
using Slipway.Oci;
using Slipway.Oci.Streams;

namespace Slipway.Store.Archives;

/// <summary>
/// Packs what is written to it as gzip (RFC 1952), in members of one MiB at most, several at the same time: the bytes are the same whatever the number of
/// processors. <see cref="Finish"/> ends it; it does not close its target.
/// </summary>
/// <param name="target">Takes the blob.</param>
/// <param name="remember">Whether to tell of what it consists, which costs a digest or two of everything.</param>
/// <param name="earlier">Members that need not be packed again; null for none.</param>
internal sealed class GzipWriter(Stream target, bool remember = false, EarlierMembers? earlier = null) : Stream
{
    private const int MemberSize = 1 << 20, LeastMember = 64 * 1024;
    private static readonly int s_mostAtOnce = Math.Min(System.Environment.ProcessorCount, 8) + 1;
    private readonly Queue<Task<(MemoryStream Packed, PackedMember? Member)>> _packing = new();
    private byte[] _plain = BufferPool.Rent(MemberSize);
    private int _length;
    private readonly List<PackedMember> _members = [];
    private bool _hasMember;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == MemberSize)
                Begin();
            int part = Math.Min(buffer.Length, MemberSize - _length);
            buffer[..part].CopyTo(_plain.AsSpan(_length));
            _length += part;
            buffer = buffer[part..];
        }
    }

    /// <summary>What was written so far, in its order; all of it after <see cref="Finish"/>. Empty where it was not to be remembered.</summary>
    public IReadOnlyList<PackedMember> Members => _members;

    /// <summary>What comes next begins a member, unless the one before it would be too small.</summary>
    public void Cut()
    {
        if (_length >= LeastMember)
            Begin();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Packs and writes what is left. Nothing at all is a member too.</summary>
    public void Finish()
    {
        while (_packing.Count > 0)
            End();
        if (_length > 0 || !_hasMember)
            Put(Pack(_plain, _length));
        _length = 0;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Whoever ends early: nobody may still read what goes back to the pool.
            Task.WhenAll(_packing).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            BufferPool.Return(_plain);
            _plain = [];
        }
        base.Dispose(disposing);
    }

    private void Begin()
    {
        byte[] plain = _plain;
        int length = _length;
        _packing.Enqueue(Task.Run(() =>
        {
            try
            {
                return Pack(plain, length);
            }
            finally
            {
                BufferPool.Return(plain);
            }
        }));
        (_plain, _length) = (BufferPool.Rent(MemberSize), 0);
        if (_packing.Count >= s_mostAtOnce)
            End();
    }

    private void End() => Put(_packing.Dequeue().GetAwaiter().GetResult());

    private void Put((MemoryStream Packed, PackedMember? Member) packed)
    {
        using MemoryStream bytes = packed.Packed;
        target.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        _hasMember = true;
        if (packed.Member is { } member)
            _members.Add(member);
    }

    private (MemoryStream Packed, PackedMember? Member) Pack(byte[] plain, int length)
    {
        if (!remember)
            return (Deflate(plain, length), null);
        var digest = Digest.Of(plain.AsSpan(0, length));
        if (earlier?.Find(digest) is { } found)
            return found;
        MemoryStream packed = Deflate(plain, length);
        return (packed, new(digest, Digest.Of(packed.GetBuffer().AsSpan(0, (int)packed.Length)), (int)packed.Length));
    }

    private static MemoryStream Deflate(byte[] plain, int length)
    {
        var packed = new MemoryStream(length / 2 + 64);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain, 0, length);
        return packed;
    }
}
