using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Slipway.Store.Archives.Decoders;

/// <summary>One block of an xz stream, and its check.</summary>
/// <param name="lzma">Its content.</param>
/// <param name="check">Which check follows it.</param>
/// <param name="start">Where its header began.</param>
/// <param name="header">How long that is.</param>
/// <param name="packedSize">What the header says of its packed size; null for nothing.</param>
/// <param name="plainSize">The same of its plain size.</param>
internal sealed class XzBlock(Lzma2Decoder lzma, byte check, long start, int header, long? packedSize, long? plainSize) : IDisposable
{
    private const byte Crc32 = 1, Crc64 = 4, Sha256 = 10;

    // Bytes of each of the sixteen checks that there may be; those without a name are only left out.
    private static readonly byte[] s_lengths = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
    private readonly IncrementalHash? _sha256 = check == Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private uint _crc32;
    private ulong _crc64;
    private long _plain;

    /// <summary>The next bytes; empty at the end.</summary>
    public ReadOnlyMemory<byte> Next(ByteSource source)
    {
        ReadOnlyMemory<byte> chunk = lzma.Next(source);
        _plain += chunk.Length;
        if (check == Crc32)
            _crc32 = Checksums.Crc32(_crc32, chunk.Span);
        else if (check == Crc64)
            _crc64 = Checksums.Crc64(_crc64, chunk.Span);
        else
            _sha256?.AppendData(chunk.Span);
        return chunk;
    }

    /// <summary>Reads what follows the content; the sizes that the index must have.</summary>
    /// <exception cref="InvalidDataException">A size or the check is wrong.</exception>
    public (long Unpadded, long Plain) End(ByteSource source)
    {
        long size = source.Taken - start;
        if ((packedSize is { } packed && packed != size - header) || (plainSize is { } plain && plain != _plain))
            throw new InvalidDataException("xz: a block has another size");
        for (long padded = size; padded % 4 != 0; padded++)
        {
            if (source.Next() != 0)
                throw new InvalidDataException("xz: a block is damaged");
        }
        Span<byte> stated = stackalloc byte[64];
        stated = stated[..s_lengths[check]];
        source.Take(stated);
        bool isRight = check switch
        {
            Crc32 => BinaryPrimitives.ReadUInt32LittleEndian(stated) == _crc32,
            Crc64 => BinaryPrimitives.ReadUInt64LittleEndian(stated) == _crc64,
            Sha256 => stated.SequenceEqual(_sha256!.GetHashAndReset()),
            _ => true,
        };
        return isRight ? (size + stated.Length, _plain) : throw new InvalidDataException("xz: a block's checksum is wrong");
    }

    public void Dispose() => _sha256?.Dispose();
}
