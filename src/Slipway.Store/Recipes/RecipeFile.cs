using System.Buffers.Binary;
using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Layers;
using ZstdSharp;

namespace Slipway.Store.Recipes;

// content/recipes/sha256/HEX, of the blob HEX; never written again once it has its name:
//   tar part          zstd, see TarOperation
//   decisions' part   zstd, see Deflate.Correction; none where the blob is not gzip
//   RecipeInfo        JSON
//   its length        four bytes, lowest first
//   SHA-256           of all before it

/// <summary>One recipe, open and whole.</summary>
internal sealed class RecipeFile : IDisposable
{
    private const int SumLength = SHA256.HashSizeInBytes, TailLength = sizeof(int) + SumLength, LongestInfo = 64 * 1024;
    private readonly FileStream _file;

    private RecipeFile(FileStream file, RecipeInfo info) => (_file, Info) = (file, info);

    public RecipeInfo Info { get; }

    /// <summary>Opens it.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="checkSum">Whether all of it is held against its sum. Without it only <see cref="Info"/> is meant to be used.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="SlipwayException">Corrupt.</exception>
    public static RecipeFile? TryOpen(string path, bool checkSum)
    {
        FileStream file;
        try
        {
            file = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow).ToStream(FileAccess.Read);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
        try
        {
            return new(file, Read(file, path, checkSum));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Puts the end to a recipe whose two parts are written.</summary>
    /// <param name="file">The file.</param>
    /// <param name="hashing">What the parts were written through, into the file.</param>
    /// <param name="info">What the recipe is for.</param>
    public static void Finish(Stream file, HashingStream hashing, RecipeInfo info)
    {
        byte[] json = info.ToJson();
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        hashing.Write(json);
        hashing.Write(length);
        file.Write(Convert.FromHexString(hashing.Finish().Hex));
    }

    /// <summary>What was recorded of the tar.</summary>
    public RecordReader OpenTar() => Open(0, Info.TarBytes);

    /// <summary>What was recorded of its packing.</summary>
    public RecordReader OpenDecisions() => Open(Info.TarBytes, Info.DecisionBytes);

    public void Dispose() => _file.Dispose();

    private RecordReader Open(long offset, long length) => new(new DecompressionStream(new FilePart(_file.SafeFileHandle, offset, length)));

    private static RecipeInfo Read(FileStream file, string path, bool checkSum)
    {
        Span<byte> tail = stackalloc byte[TailLength];
        long end = file.Length - TailLength;
        if (end < 0 || RandomAccess.Read(file.SafeFileHandle, tail, end) != TailLength)
            throw Damaged(path);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length is <= 0 or > LongestInfo || length > end || (checkSum && !Sum(file).AsSpan().SequenceEqual(tail[sizeof(int)..])))
            throw Damaged(path);
        byte[] json = new byte[length];
        RandomAccess.Read(file.SafeFileHandle, json, end - length);
        var info = RecipeInfo.Read(json, path);
        return info.TarBytes >= 0 && info.DecisionBytes >= 0 && info.TarBytes + info.DecisionBytes + length == end ? info : throw Damaged(path);
    }

    private static byte[] Sum(FileStream file) => SHA256.HashData(new FilePart(file.SafeFileHandle, 0, file.Length - SumLength));

    private static SlipwayException Damaged(string path) => new(ErrorKind.Corrupt, $"the recipe '{path}' is damaged");
}
