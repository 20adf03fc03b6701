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
    private const int PackBuffer = 256 * 1024;

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
        (Descriptor blob, Digest diffId, IReadOnlyList<PackedMember> members) = Pack(upper, below, options, cancellation);
        LayerInfo layer = options.Take ? Take(parentChainId, upperDir, diffId, cancellation) : Unpack(parentChainId, blob, diffId, cancellation);
        return new(layer, blob, new(blob.Digest, members));
    }

    /// <summary>As <see cref="Commit"/> of a directory that becomes the layer's tree, without packing it: for layers that may never be sent anywhere.</summary>
    /// <param name="parentChainId">The layer that the directory was the upper one of; null for none.</param>
    /// <param name="upperDir">The directory, on the store's file system.</param>
    /// <param name="clampTo">Later times of files become this one; null leaves them.</param>
    /// <param name="cancellation">Ends the work.</param>
    public LayerInfo Settle(Digest? parentChainId, string upperDir, DateTimeOffset? clampTo, CancellationToken cancellation = default)
    {
        using DirFd upper = DirFd.Open(upperDir);
        using var below = MergedDirectory.Open(StackOf(parentChainId));
        Digest diffId = WriteTar(upper, below, null, new() { Take = true, ClampTo = clampTo, IsStill = true }, cancellation);
        return Take(parentChainId, upperDir, diffId, cancellation);
    }

    /// <summary>Packs a layer that was made here, as <see cref="Commit"/> would have: equal trees give equal blobs.</summary>
    /// <param name="chainId">The layer.</param>
    /// <param name="clampTo">What its times were clamped to.</param>
    /// <param name="cancellation">Ends the work; no blob stays.</param>
    /// <exception cref="SlipwayException">NotFound: no such layer; Corrupt: its tree is not what it was made as.</exception>
    public Descriptor Pack(Digest chainId, DateTimeOffset? clampTo, CancellationToken cancellation = default)
    {
        LayerInfo layer = Get(chainId);
        using DirFd tree = DirFd.Open(PathOf(chainId));
        using var below = MergedDirectory.Open(StackOf(layer.Parent));
        (Descriptor blob, Digest diffId, _) = Pack(tree, below, new() { ClampTo = clampTo, IsStill = true }, cancellation);
        return diffId == layer.DiffId ? blob : throw new SlipwayException(ErrorKind.Corrupt, $"pack layer {chainId}: its files are not those it was made of: {diffId} instead of {layer.DiffId}");
    }

    private (Descriptor Blob, Digest DiffId, IReadOnlyList<PackedMember> Members) Pack(DirFd upper, MergedDirectory below, LayerCommitOptions options, CancellationToken cancellation)
    {
        using EarlierMembers? earlier = options.Earlier is { } there ? EarlierMembers.TryOpen(_blobs.PathOf(there.Blob), there) : null;
        using BlobWriter blob = _blobs.CreateWriter();
        using var gzip = new GzipWriter(blob, options.Remember, earlier);
        Digest diffId = WriteTar(upper, below, gzip, options, cancellation);
        gzip.Finish();
        (Digest digest, long size) = blob.Commit();
        return (new() { MediaType = MediaTypes.LayerGzip, Digest = digest, Size = size }, diffId, gzip.Members);
    }

    private static Digest WriteTar(DirFd upper, MergedDirectory below, GzipWriter? gzip, LayerCommitOptions options, CancellationToken cancellation)
    {
        using var hashing = new HashingStream(gzip ?? Stream.Null);
        var buffered = new BufferedStream(hashing, PackBuffer);
        var writer = new TarEntryWriter(buffered)
        {
            Entering = gzip is null ? null : entry =>
            {
                if (!MemberBounds.IsBound(entry))
                    return;
                buffered.Flush();
                gzip.Cut();
            },
        };
        PackTree(upper, below, writer, options, cancellation);
        buffered.Flush();
        return hashing.Finish();
    }

    private static void PackTree(DirFd upper, MergedDirectory below, TarEntryWriter writer, LayerCommitOptions options, CancellationToken cancellation)
    {
        var packing = new PackOptions
        {
            Whiteouts = WhiteoutMode.Overlay,
            ClampTo = options.ClampTo is { } latest ? FileTime.From(latest) : null,
            Settle = options.Take,
            IsStill = options.IsStill,
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
