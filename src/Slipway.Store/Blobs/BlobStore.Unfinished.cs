using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Blobs;

/// <content>What cut fetches have left, for whoever wants its room.</content>
public sealed partial class BlobStore
{
    /// <summary>Everything that is kept for a next try and nobody fetches just now. A second name of a blob in place is not: it takes no room.</summary>
    public IReadOnlyList<UnfinishedBlob> Unfinished()
    {
        const int BlockSize = 512;
        using DirFd ingest = DirFd.Open(_paths.Ingest);
        List<UnfinishedBlob> found = [];
        foreach (DirEntry entry in ingest.List())
        {
            if (!IsKept(entry.Name) || !Digest.TryParseHex(Encoding.ASCII.GetString(entry.Name.AsSpan(IngestPrefix.Length)), out Digest digest))
                continue;
            using SafeFd? file = TryTake(ingest, entry.Name);
            if (file?.Status() is { Links: 1 } status)
                found.Add(new(digest, status.Blocks * BlockSize, status.Changed.ToDateTimeOffset()));
        }
        return found;
    }

    /// <summary>Removes one; false where it is not there, or somebody fetches it.</summary>
    public bool TryDropUnfinished(Digest digest)
    {
        using DirFd ingest = DirFd.Open(_paths.Ingest);
        byte[] name = Encoding.ASCII.GetBytes(IngestPrefix + digest.Hex);
        using SafeFd? file = TryTake(ingest, name);
        if (file is null)
            return false;
        ingest.TryUnlink(name);
        return true;
    }

    // Whoever fetches it has it locked.
    private static SafeFd? TryTake(DirFd ingest, byte[] name)
    {
        SafeFd? file = ingest.TryOpenPath(name, OpenFlags.ReadOnly, Resolve.NoLinks);
        if (file is null || file.TryLock())
            return file;
        file.Dispose();
        return null;
    }
}
