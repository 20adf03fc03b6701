using System.IO.Compression;
using System.Text;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Layers;

public sealed partial class LayerStore
{
    /// <summary>
    /// Makes a layer of an overlay's upper directory: a canonical tar (sorted, whole seconds, whiteouts as images have them) as a gzip
    /// blob, and the tree in place. Equal trees on equal parents give equal digests. With <see cref="LayerCommitOptions.Take"/> the
    /// directory itself becomes the tree, and is gone afterwards; it may not be mounted any more.
    /// </summary>
    /// <param name="parentChainId">The layer that the directory was the upper one of; null for none.</param>
    /// <param name="upperDir">The directory.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the work; the directory stays, though its times may have been changed already.</param>
    /// <exception cref="SlipwayException">InvalidArgument: a name that a layer can't hold; NotFound: the parent is missing.</exception>
    public CommittedLayer Commit(Digest? parentChainId, string upperDir, LayerCommitOptions options, CancellationToken cancellation = default)
    {
        using DirFd upper = DirFd.Open(upperDir);
        using var below = MergedDirectory.Open(StackOf(parentChainId));
        (Descriptor blob, Digest diffId) = Pack(upper, below, options, cancellation);
        return new(options.Take ? Take(parentChainId, upperDir, diffId, cancellation) : Unpack(parentChainId, blob, diffId, cancellation), blob);
    }

    private (Descriptor Blob, Digest DiffId) Pack(DirFd upper, MergedDirectory below, LayerCommitOptions options, CancellationToken cancellation)
    {
        using BlobWriter blob = _blobs.CreateWriter();
        Digest diffId;
        using (var gzip = new GZipStream(blob, CompressionLevel.Fastest, leaveOpen: true))
        using (var hashing = new HashingStream(gzip))
        {
            var buffered = new BufferedStream(hashing, 128 * 1024);
            PackTree(upper, below, new TarEntryWriter(buffered), options, cancellation);
            buffered.Flush();
            diffId = hashing.Finish();
        }
        (Digest digest, long size) = blob.Commit();
        return (new() { MediaType = MediaTypes.LayerGzip, Digest = digest, Size = size }, diffId);
    }

    private static void PackTree(DirFd upper, MergedDirectory below, TarEntryWriter writer, LayerCommitOptions options, CancellationToken cancellation)
    {
        var packing = new PackOptions
        {
            Whiteouts = WhiteoutMode.Overlay,
            ClampTo = options.ClampTo is { } latest ? FileTime.From(latest) : null,
            Settle = options.Take,
            IsOpaqueNeeded = path =>
            {
                using MergedDirectory? hidden = below.OpenPath(path);
                return hidden?.Top is not null;
            },
        };
        var packer = new TreePacker(writer, packing, cancellation);
        // The root has an entry only when it says something new: its time alone changes with every file in it.
        DirectoryMetadata before = LayerUnpacking.Below(below, []);
        FileStatus root = upper.Status();
        bool isNew = (before.Mode, before.Uid, before.Gid) != (root.Mode, root.Uid, root.Gid);
        if (isNew)
            packer.PackDirectoryItself(upper, "./"u8.ToArray());
        packer.PackContents(upper, []);
        writer.Finish();
        if (options.Take)
            upper.Handle.SetTime(isNew ? packer.Written(root.Modified) : before.Modified);
    }

    private LayerInfo Take(Digest? parentChainId, string upperDir, Digest diffId, CancellationToken cancellation)
    {
        Digest chainId = ChainIdOf(parentChainId, diffId);
        _leases.HoldLayer(chainId);
        using var staging = StagingDirectory.Create(_paths);
        using (DirFd parent = DirFd.Open(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(upperDir)))!))
            parent.Rename(Encoding.UTF8.GetBytes(Path.GetFileName(Path.TrimEndingDirectorySeparator(upperDir))), staging.Directory, "fs"u8);
        return Find(chainId) ?? Seal(staging, LayerUnpacking.Measured(staging, chainId, diffId, parentChainId, cancellation));
    }
}
