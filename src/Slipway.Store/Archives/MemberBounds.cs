namespace Slipway.Store.Archives;

/// <summary>
/// Where members of a blob begin: at entries that say so themselves, by path and size, whatever came before. A file that is changed, added or removed
/// changes the members around it, and no others.
/// </summary>
internal static class MemberBounds
{
    // What lies between two on average.
    private const int Distance = 512 * 1024;

    /// <summary>Whether a member may begin with this entry.</summary>
    public static bool IsBound(TarEntry entry)
    {
        ulong bytes = (ulong)TarFormat.BlockSize + (entry.Kind == TarEntryKind.Regular ? (ulong)entry.Size : 0);
        return bytes >= Distance || (ulong)Mix(entry.Name) * Distance < bytes << 32;
    }

    // FNV-1a with the last steps of MurmurHash3: which must never change, since digests of layers come of it.
    private static uint Mix(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name)
            hash = (hash ^ b) * 16777619;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
