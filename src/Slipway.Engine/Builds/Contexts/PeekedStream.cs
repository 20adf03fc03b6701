using Slipway.Oci.Streams;

namespace Slipway.Engine.Builds.Contexts;

/// <summary>A stream whose first bytes were looked at: it gives them once more. It does not close its source.</summary>
internal sealed class PeekedStream : ReadOnlyStream
{
    private readonly Stream _source;
    private readonly byte[] _head;
    private int _given;

    public PeekedStream(Stream source, int length)
    {
        _source = source;
        var head = new byte[length];
        int found = source.ReadAtLeast(head, length, throwOnEndOfStream: false);
        _head = head[..found];
    }

    /// <summary>The first bytes; fewer where there are no more.</summary>
    public ReadOnlySpan<byte> Head => _head;

    public override int Read(Span<byte> buffer)
    {
        if (_given == _head.Length)
            return _source.Read(buffer);
        int length = Math.Min(buffer.Length, _head.Length - _given);
        _head.AsSpan(_given, length).CopyTo(buffer);
        _given += length;
        return length;
    }
}
