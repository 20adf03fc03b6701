using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Layers;

public sealed partial class LayerStore
{
    private const uint DirectoryMode = 0x1ed; // 0755

    private static readonly DirectoryMetadata s_plainDirectory = new(DirectoryMode, 0, 0, FileTime.Epoch, []);

    /// <summary>
    /// Unpacks a layer's blob onto its parent, unless that is done already. The digest of the plain tar is checked before the layer
    /// appears. Directories that the archive implies without holding them get what the layers below have at that path.
    /// </summary>
    /// <param name="parentChainId">The layer below; null for the lowest.</param>
    /// <param name="blob">The packed layer, which is in the blob store: gzip, zstd or plain.</param>
    /// <param name="diffId">The digest that its plain tar must have.</param>
    /// <param name="cancellation">Ends the work; nothing stays.</param>
    /// <exception cref="SlipwayException">NotFound: the blob or the parent is missing; Corrupt: another digest, or a broken or hostile
    /// archive; Exhausted: a limit or the disk.</exception>
    public LayerInfo Unpack(Digest? parentChainId, Descriptor blob, Digest diffId, CancellationToken cancellation = default)
    {
        Digest chainId = ChainIdOf(parentChainId, diffId);
        _leases.HoldLayer(chainId);
        if (Find(chainId) is { } present)
            return present;
        using var below = MergedDirectory.Open(StackOf(parentChainId));
        using var staging = StagingDirectory.Create(_paths);
        staging.Directory.MakeDirectory("fs"u8);
        using (DirFd root = staging.Directory.OpenDirectory("fs"u8))
        {
            UnpackInto(root, below, blob, diffId, cancellation);
            HideAllBelow(root, below);
        }
        return Seal(staging, Measured(staging, chainId, diffId, parentChainId, cancellation));
    }

    private void UnpackInto(DirFd root, MergedDirectory below, Descriptor blob, Digest diffId, CancellationToken cancellation)
    {
        using Stream plain = Compression.OpenRead(_blobs.OpenRead(blob.Digest));
        using var hashing = new HashingStream(plain);
        using var buffered = new BufferedStream(hashing, 128 * 1024);
        var reader = new TarEntryReader(buffered);
        var options = new UnpackOptions { Whiteouts = WhiteoutMode.Overlay, ImpliedDirectory = path => Below(below, path) };
        new TreeUnpacker(root, options).Unpack(reader, cancellation);
        reader.Drain(cancellation);
        Digest actual = hashing.Finish();
        if (actual != diffId)
            throw new SlipwayException(ErrorKind.Corrupt, $"unpack layer {blob.Digest}: its content has the digest {actual} instead of {diffId}");
    }

    // overlayfs does not look for the opaque mark on the root of a layer. So there it becomes what it means: a whiteout for each name below
    // that the layer does not have, and a mark on each directory that it has.
    private static void HideAllBelow(DirFd root, MergedDirectory below)
    {
        if (!root.IsOpaque())
            return;
        FileTime modified = root.Status().Modified;
        foreach (byte[] name in below.Names())
        {
            if (!root.TryMakeNode(name, FileType.CharacterDevice, 0) && root.Status(name).IsDirectory)
                root.SetXattr(name, XattrPolicy.Opaque, "y"u8);
        }
        root.Handle.RemoveXattr(XattrPolicy.Opaque);
        root.Handle.SetTime(modified);
    }

    // What a directory gets that a layer does not say anything about: it shows as it did before.
    private static DirectoryMetadata Below(MergedDirectory below, byte[] path)
    {
        using MergedDirectory? directory = below.OpenPath(path);
        if (directory?.Top is not { } top)
            return s_plainDirectory;
        FileStatus status = top.Status();
        var xattrs = new List<TarXattr>();
        foreach (byte[] key in top.Handle.ListXattrs())
        {
            if (XattrPolicy.IsContent(key) && top.Handle.FindXattr(key) is { } value)
                xattrs.Add(new(key, value));
        }
        return new(status.Mode, status.Uid, status.Gid, status.Modified, xattrs);
    }

    private static LayerInfo Measured(StagingDirectory staging, Digest chainId, Digest diffId, Digest? parent, CancellationToken cancellation)
    {
        using SafeFd tree = staging.Directory.OpenName("fs"u8, OpenFlags.Directory);
        (long bytes, long files) = TreeUsage.Measure(tree.ProcPath, cancellation);
        return new(chainId, diffId, parent, bytes, files);
    }
}
