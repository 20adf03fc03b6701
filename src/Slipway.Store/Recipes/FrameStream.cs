using Slipway.Oci.Streams;

namespace Slipway.Store.Recipes;

/// <summary>What a tar's reader reads passes through here, and all but the files' content is kept.</summary>
internal sealed class FrameStream(Stream tar, RecordWriter records) : ReadOnlyStream
{
    private readonly byte[] _kept = new byte[64 * 1024];
    private int _length;

    /// <summary>Whether what is read now is content, which somebody else takes care of.</summary>
    public bool IsContent { get; set; }

    public override int Read(Span<byte> buffer)
    {
        int length = tar.Read(buffer);
        if (!IsContent)
            Keep(buffer[..length]);
        return length;
    }

    /// <summary>Keeps bytes as they are.</summary>
    public void Keep(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_length == _kept.Length)
                Flush();
            int part = Math.Min(bytes.Length, _kept.Length - _length);
            bytes[..part].CopyTo(_kept.AsSpan(_length));
            _length += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Writes down what was kept.</summary>
    public override void Flush()
    {
        if (_length == 0)
            return;
        records.Byte((byte)TarOperation.Raw);
        records.Number(_length);
        records.Bytes(_kept.AsSpan(0, _length));
        _length = 0;
    }
}
