using System.Buffers.Binary;
using System.Security.Cryptography;
using Slipway.Build.Context;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Cache;

// files/HEX under the cache's directory, by the step's key: "slipfile", version 1 (u64), then of each file SHA-256, length of its path (u16), path

/// <summary>
/// Which files a COPY has brought: where they are in its layer, and their digests. By them the next version of the step knows what changed. Losing
/// one costs only that.
/// </summary>
internal sealed class StepFiles(string directory)
{
    private const int HeaderSize = 16;

    /// <summary>Of more files nothing is kept.</summary>
    public const int MaxFiles = 200_000;

    /// <summary>Writes them down; nothing where there are none, or too many.</summary>
    public void Save(Digest key, IReadOnlyDictionary<string, FileHash> files)
    {
        if (files.Count is 0 or > MaxFiles)
            return;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var text = new MemoryStream();
        text.Write("slipfile"u8);
        text.Write([1, 0, 0, 0, 0, 0, 0, 0]);
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach ((string path, FileHash content) in files)
        {
            byte[] name = FileNames.Encode(path);
            if (name.Length > ushort.MaxValue)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)name.Length);
            content.CopyTo(hash);
            text.Write(hash);
            text.Write(length);
            text.Write(name);
        }
        WholeFile.Write(PathOf(key), file => text.WriteTo(file), 0b110_000_000);
    }

    /// <summary>Reads them; null where there is nothing to read.</summary>
    public Dictionary<string, FileHash>? TryRead(Digest key)
    {
        byte[] all;
        try
        {
            all = File.ReadAllBytes(PathOf(key));
        }
        catch (IOException)
        {
            return null;
        }
        if (!all.AsSpan().StartsWith("slipfile\u0001"u8))
            return null;
        var files = new Dictionary<string, FileHash>(StringComparer.Ordinal);
        for (int at = HeaderSize; at + SHA256.HashSizeInBytes + sizeof(ushort) <= all.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(all.AsSpan(at + SHA256.HashSizeInBytes));
            int name = at + SHA256.HashSizeInBytes + sizeof(ushort);
            if (name + length > all.Length)
                return null;
            files[FileNames.Decode(all.AsSpan(name, length))] = FileHash.Of(all.AsSpan(at, SHA256.HashSizeInBytes));
            at = name + length;
        }
        return files;
    }

    public void Delete(Digest key)
    {
        if (Directory.Exists(directory))
            File.Delete(PathOf(key));
    }

    private string PathOf(Digest key) => Path.Join(directory, key.Hex);
}
