using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Streams;

namespace Slipway.Store.Archives;

/// <summary>
/// Reads an archive entry by entry: ustar, v7, GNU (long names, sparse files, base-256 numbers) and PAX (local headers, sparse formats
/// 0.0, 0.1 and 1.0). Global PAX headers are checked and otherwise passed over, as docker does: they can't rename entries.
/// Nothing is allocated by a declared size before that was held against <see cref="TarLimits"/>. The archive may not end before its
/// end mark, unless <see cref="MayLackEnd"/>. Not safe for two threads; does not close the stream.
/// </summary>
public sealed partial class TarEntryReader
{
    private readonly Stream _source;
    private readonly TarLimits _limits;
    private readonly byte[] _block = new byte[TarFormat.BlockSize];
    private TarContent? _content;
    private long _entries;
    private long _bytes;
    private bool _ended;

    /// <summary>Starts at the stream's position.</summary>
    public TarEntryReader(Stream source, TarLimits? limits = null)
    {
        _source = source;
        _limits = limits ?? TarLimits.Default;
    }

    /// <summary>
    /// Whether the archive may end with its stream, after a whole entry. Clients leave out the end mark and the last padding: docker's own, when it
    /// sends a context with a Dockerfile from elsewhere. A layer has its digest to say that it is whole, and is refused as docker refuses it.
    /// </summary>
    public bool MayLackEnd { get; init; }

    /// <summary>Whether, with <see cref="MayLackEnd"/>, no bytes at all are an archive of nothing.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>The next entry, or null after the last. What was not read of the one before is passed over.</summary>
    /// <exception cref="TarException">Broken, cut or beyond a limit.</exception>
    public TarEntry? Next(CancellationToken cancellation = default)
    {
        if (_ended)
            return null;
        SkipContent(cancellation);
        var extension = new Extensions();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!ReadHeader())
            {
                if (extension.Any)
                    throw new TarException("read archive: it ends between an extension header and its entry");
                _ended = true;
                return null;
            }
            if (!TakeExtension(extension))
                return Complete(extension);
        }
    }

    /// <summary>
    /// Reads content of the current entry. In a sparse file only data is read; holes are skipped, and <paramref name="offset"/> tells
    /// where in the file the bytes belong. 0 at the end.
    /// </summary>
    public int ReadData(Span<byte> buffer, out long offset)
    {
        offset = 0;
        return _content is null ? 0 : _content.Read(buffer, out offset);
    }

    /// <summary>The content of the current entry as a stream with its holes as zeroes; valid until the next call of <see cref="Next"/>.</summary>
    public Stream OpenContent() => new TarContentStream(this, Current?.Size ?? 0);

    /// <summary>The entry that <see cref="Next"/> gave last.</summary>
    public TarEntry? Current { get; private set; }

    /// <summary>Reads the stream to its end, past whatever follows the end mark (archives are padded to whole records).</summary>
    public void Drain(CancellationToken cancellation = default)
    {
        byte[] buffer = BufferPool.Rent(64 * 1024);
        try
        {
            while (_source.Read(buffer) > 0)
                cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            BufferPool.Return(buffer);
        }
    }

    private void SkipContent(CancellationToken cancellation)
    {
        if (_content is null)
            return;
        byte[] buffer = BufferPool.Rent(64 * 1024);
        try
        {
            while (_content.Read(buffer, out _) > 0)
                cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            BufferPool.Return(buffer);
        }
        ReadPadding(_content.Stored);
        _content = null;
    }

    // False at the end mark: a block of zeroes. Usually two; some writers leave one, some none. A part of a block in place of the second is a cut.
    private bool ReadHeader()
    {
        if (!TryReadFrame(_block, "header"))
            return false;
        if (!_block.AsSpan().ContainsAnyExcept((byte)0))
            return _source.ReadAtLeast(_block, _block.Length, throwOnEndOfStream: false) is 0 or TarFormat.BlockSize ? false : throw Cut("end mark");
        int unsigned = 8 * ' ', signed = 8 * ' ';
        for (int i = 0; i < _block.Length; i++)
        {
            if (i is >= 148 and < 156)
                continue;
            unsigned += _block[i];
            signed += (sbyte)_block[i];
        }
        // Some old writers summed signed bytes.
        if (!TarNumber.TryParse(_block.AsSpan(TarFormat.Checksum), out long sum) || (sum != unsigned && sum != signed))
            throw new TarException("read archive: a header's checksum is wrong");
        if (++_entries > _limits.MaxEntries)
            throw new TarException($"read archive: it has more than {_limits.MaxEntries} entries", ErrorKind.Exhausted);
        return true;
    }

    internal void ReadExactly(Span<byte> buffer, string what)
    {
        if (_source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
            throw Cut(what);
    }

    // False where the stream has ended in front of it, and may.
    private bool TryReadFrame(Span<byte> buffer, string what)
    {
        int count = _source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (count == buffer.Length)
            return true;
        if (count > 0 || (_entries == 0 && !MayBeEmpty) || !MayLackEnd)
            throw Cut(what);
        return false;
    }

    private static TarException Cut(string what) => new($"read archive: it is cut inside a {what}");

    // Where the padding is missing, so is the next header: that one tells the end.
    private void ReadPadding(long size)
    {
        int padding = TarFormat.Padding(size);
        if (padding > 0)
            TryReadFrame(_block.AsSpan(0, padding), "padding");
    }

    private byte[] ReadExtension(long size, string what)
    {
        if (size < 0 || size > _limits.MaxExtension)
            throw new TarException($"read archive: a {what} of {size} bytes is more than the {_limits.MaxExtension} allowed", ErrorKind.Exhausted);
        byte[] data = new byte[size];
        ReadExactly(data, what);
        ReadPadding(size);
        return data;
    }

    private long Number(Range field, string what, ReadOnlySpan<byte> name) =>
        TarNumber.TryParse(_block.AsSpan(field), out long value) ? value : throw Bad(name, $"its {what} is not a number");

    private static TarException Bad(ReadOnlySpan<byte> name, string why) =>
        new($"read archive entry '{Printable.Escape(System.Text.Encoding.UTF8.GetString(name))}': {why}");

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is >= 0 and int end ? field[..end] : field;
}
