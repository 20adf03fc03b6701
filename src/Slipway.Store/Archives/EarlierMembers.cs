using Microsoft.Win32.SafeHandles;
using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>
/// The members of a blob that is there, by their plain bytes. Each is checked as it is taken: a blob that is damaged on the disk gives none of its damage
/// on. Used by several threads.
/// </summary>
internal sealed class EarlierMembers : IDisposable
{
    private readonly SafeFileHandle _blob;
    private readonly Dictionary<Digest, (long Offset, PackedMember Member)> _members = [];

    private EarlierMembers(SafeFileHandle blob, IReadOnlyList<PackedMember> members)
    {
        _blob = blob;
        long offset = 0;
        foreach (PackedMember member in members)
        {
            _members.TryAdd(member.Plain, (offset, member));
            offset += member.Length;
        }
    }

    /// <summary>Opens it; null where the blob is gone.</summary>
    public static EarlierMembers? TryOpen(string path, PackedBlob blob)
    {
        try
        {
            return new(File.OpenHandle(path), blob.Members);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The member of these plain bytes; null where there is none, or it is not what it was.</summary>
    public (MemoryStream Packed, PackedMember Member)? Find(Digest plain)
    {
        if (!_members.TryGetValue(plain, out (long Offset, PackedMember Member) found))
            return null;
        byte[] packed = new byte[found.Member.Length];
        bool isWhole = RandomAccess.Read(_blob, packed, found.Offset) == packed.Length && Digest.Of(packed) == found.Member.Packed;
        return isWhole ? (new MemoryStream(packed, 0, packed.Length, writable: false, publiclyVisible: true), found.Member) : null;
    }

    public void Dispose() => _blob.Dispose();
}
