using System.IO.Compression;
using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Build.Provenance;

/// <summary>Reads commits out of a repository's objects: loose ones, and packed ones with their deltas (gitformat-pack(5)). Everything is bounded.</summary>
internal sealed class GitObjects(DirFd repository)
{
    private const int MaxCommit = 1 << 20, MaxPacks = 10_000, MaxDeltas = 64;
    private const long MaxLoose = 4 << 20, MaxIndex = 4L << 30, MaxPack = 1L << 40;

    /// <summary>Whether it is an object's name: SHA-1 or SHA-256 in hexadecimal digits.</summary>
    public static bool IsName(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>A commit's content; null where it isn't there, or is something else.</summary>
    public byte[]? FindCommit(string name)
    {
        if (Loose(name) is { } loose)
            return loose;
        using DirFd? packs = repository.TryOpenDirectory("objects/pack"u8, Resolve.Beneath);
        if (packs is null)
            return null;
        byte[] id = Convert.FromHexString(name);
        foreach (string index in packs.List(sorted: true).Select(entry => Encoding.UTF8.GetString(entry.Name)).Where(file => file.EndsWith(".idx", StringComparison.Ordinal)).Take(MaxPacks))
        {
            using SafeFileReader? file = SafeFileReader.TryOpen(packs, index, MaxIndex);
            if (file is null || GitPackIndex.FindOffset(file, id) is not { } offset)
                continue;
            using SafeFileReader? pack = SafeFileReader.TryOpen(packs, index[..^".idx".Length] + ".pack", MaxPack);
            return pack is null ? null : Packed(pack, file, offset, id.Length, 0) is ({ } content, GitPack.Commit) ? content : null;
        }
        return null;
    }

    // zlib of `commit SIZE\0CONTENT`.
    private byte[]? Loose(string name)
    {
        using SafeFileReader? file = SafeFileReader.TryOpen(repository, $"objects/{name[..2]}/{name[2..]}", MaxLoose);
        if (file is null)
            return null;
        byte[] plain = Inflate(file.ReadAll(), MaxCommit);
        int header = Array.IndexOf(plain, (byte)0);
        return header > 0 && plain.AsSpan().StartsWith("commit "u8) ? plain[(header + 1)..] : null;
    }

    private static (byte[] Content, int Type)? Packed(SafeFileReader pack, SafeFileReader index, long offset, int idLength, int depth)
    {
        if (depth > MaxDeltas)
            throw new InvalidDataException("git deltas nested too deep");
        GitPack.Header header = GitPack.ReadHeader(pack, offset, idLength);
        if (header.Type is not (GitPack.Commit or GitPack.OffsetDelta or GitPack.NameDelta) || header.Size > MaxCommit)
            return null;
        var packed = new byte[(int)Math.Min(MaxLoose, pack.Length - header.Data)];
        byte[] content = Inflate(packed[..pack.ReadAt(header.Data, packed)], MaxCommit);
        if (header.Type == GitPack.Commit)
            return (content, header.Type);
        long? below = header.Type == GitPack.OffsetDelta ? offset - header.Back : GitPackIndex.FindOffset(index, header.Base!);
        if (below is not (>= 0 and long place) || (header.Type == GitPack.OffsetDelta && place >= offset) || Packed(pack, index, place, idLength, depth + 1) is not { } found)
            return null;
        return (GitPack.Apply(found.Content, content, MaxCommit), found.Type);
    }

    private static byte[] Inflate(byte[] packed, int max)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        var plain = new byte[max];
        int length = zlib.ReadAtLeast(plain, max, throwOnEndOfStream: false);
        return plain[..length];
    }
}
