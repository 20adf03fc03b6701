using System.Buffers.Binary;
using System.Security.Cryptography;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;

namespace Slipway.Build.Cache;

// members/HEX under the cache's directory, by the step's key: "slipmemb", version 1 (u64), SHA-256 of the blob, then of each member the SHA-256 of its
// plain and of its packed bytes, and its length (i32)

/// <summary>Of what the blobs of COPY steps consist. By them the next version of a step packs only what changed. Losing one costs only that.</summary>
internal sealed class StepMembers(string directory)
{
    private const int Hash = SHA256.HashSizeInBytes, HeaderSize = 16, MemberSize = (2 * Hash) + sizeof(int);

    /// <summary>Writes them down.</summary>
    public void Save(Digest key, PackedBlob blob)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        byte[] all = new byte[HeaderSize + Hash + (blob.Members.Count * MemberSize)];
        "slipmemb\u0001"u8.CopyTo(all);
        Convert.FromHexString(blob.Blob.Hex).CopyTo(all, HeaderSize);
        int at = HeaderSize + Hash;
        foreach (PackedMember member in blob.Members)
        {
            Convert.FromHexString(member.Plain.Hex).CopyTo(all, at);
            Convert.FromHexString(member.Packed.Hex).CopyTo(all, at + Hash);
            BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(at + (2 * Hash)), member.Length);
            at += MemberSize;
        }
        WholeFile.Write(PathOf(key), file => file.Write(all), 0b110_000_000);
    }

    /// <summary>Reads them; null where there is nothing to read.</summary>
    public PackedBlob? TryRead(Digest key)
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
        if (!all.AsSpan().StartsWith("slipmemb\u0001"u8) || all.Length < HeaderSize + Hash)
            return null;
        var members = new List<PackedMember>();
        for (int at = HeaderSize + Hash; at + MemberSize <= all.Length; at += MemberSize)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(all.AsSpan(at + (2 * Hash)));
            if (length is <= 0 or > 1 << 24)
                return null;
            members.Add(new(Digest.FromHash(all.AsSpan(at, Hash)), Digest.FromHash(all.AsSpan(at + Hash, Hash)), length));
        }
        return new(Digest.FromHash(all.AsSpan(HeaderSize, Hash)), members);
    }

    public void Delete(Digest key)
    {
        if (Directory.Exists(directory))
            File.Delete(PathOf(key));
    }

    private string PathOf(Digest key) => Path.Join(directory, key.Hex);
}
