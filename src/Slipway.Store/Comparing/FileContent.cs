using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Streams;

namespace Slipway.Store.Comparing;

/// <summary>Bytes of open files.</summary>
internal static class FileContent
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Whether both hold the same from where they are read on; false for what is no regular file.</summary>
    public static bool AreEqual(SafeFd one, SafeFd other, CancellationToken cancellation)
    {
        if (!one.Status().IsRegular || !other.Status().IsRegular)
            return false;
        byte[] first = BufferPool.Rent(BufferSize), second = BufferPool.Rent(BufferSize);
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                int length = Fill(one, first.AsSpan(0, BufferSize)), found = Fill(other, second.AsSpan(0, BufferSize));
                if (!first.AsSpan(0, length).SequenceEqual(second.AsSpan(0, found)))
                    return false;
                if (length == 0)
                    return true;
            }
        }
        finally
        {
            BufferPool.Return(first);
            BufferPool.Return(second);
        }
    }

    /// <summary>The digest of what a regular file holds.</summary>
    public static Digest Hash(SafeFd file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = BufferPool.Rent(BufferSize);
        try
        {
            for (int length; (length = file.Read(buffer.AsSpan(0, BufferSize))) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, length));
            }
            return Digest.FromHash(hash.GetHashAndReset());
        }
        finally
        {
            BufferPool.Return(buffer);
        }
    }

    private static int Fill(SafeFd file, Span<byte> buffer)
    {
        int filled = 0;
        for (int length; filled < buffer.Length && (length = file.Read(buffer[filled..])) > 0;)
            filled += length;
        return filled;
    }
}
