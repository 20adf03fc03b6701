using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Layers;

/// <summary>
/// A layer on its way from blob to tree, in a staging directory. <see cref="Place"/> knows nothing of other layers, so that many run at once;
/// <see cref="Finish"/> needs the layers below whole. Disposing removes what was not moved into place.
/// </summary>
internal sealed class LayerUnpacking : IDisposable
{
    private const uint DirectoryMode = 0x1ed; // 0755

    private static readonly DirectoryMetadata s_plainDirectory = new(DirectoryMode, 0, 0, FileTime.Epoch, []);

    private readonly LayerSource _layer;
    private readonly DirFd _root;
    private readonly TreeUnpacker _tree;

    public LayerUnpacking(StorePaths paths, LayerSource layer)
    {
        _layer = layer;
        Staging = StagingDirectory.Create(paths);
        Staging.Directory.MakeDirectory("fs"u8);
        _root = Staging.Directory.OpenDirectory("fs"u8);
        _tree = new TreeUnpacker(_root, new() { Whiteouts = WhiteoutMode.Overlay, Fresh = true });
    }

    public StagingDirectory Staging { get; }

    /// <summary>Makes the tree, and checks the digest of what it was made of.</summary>
    /// <param name="blobs">Where the layer's blob is.</param>
    /// <param name="changed">As for <see cref="BlobStore.OpenTar"/>. Where it was told of something, the tree is not what it should be.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="SlipwayException">NotFound: no blob; Corrupt: another digest, or a broken or hostile archive; Exhausted.</exception>
    public void Place(BlobStore blobs, Action<byte[], string>? changed, CancellationToken cancellation)
    {
        try
        {
            PlaceAll(blobs, changed, cancellation);
        }
        catch (SlipwayException e)
        {
            throw Failed(e.Kind, e.Message, e, e.Hint);
        }
        catch (IOException e)
        {
            throw Failed(ErrorText.IsFull(e) ? ErrorKind.Exhausted : ErrorKind.Internal, ErrorText.Of(e), e, null);
        }
    }

    /// <summary>Gives directories what they have below where the archive doesn't say, and measures the tree.</summary>
    public LayerInfo Finish(Digest chainId, Digest? parent, MergedDirectory below, CancellationToken cancellation)
    {
        _tree.FinishDirectories(path => Below(below, path), cancellation);
        HideAllBelow(below);
        return Measured(Staging, chainId, _layer.DiffId, parent, cancellation);
    }

    /// <summary>What is to be written down of the tree in a staging directory.</summary>
    public static LayerInfo Measured(StagingDirectory staging, Digest chainId, Digest diffId, Digest? parent, CancellationToken cancellation)
    {
        using SafeFd tree = staging.Directory.OpenName("fs"u8, OpenFlags.Directory);
        (long bytes, long files) = TreeUsage.Measure(tree.ProcPath, cancellation);
        return new(chainId, diffId, parent, bytes, files);
    }

    /// <summary>What a directory gets that a layer does not say anything about: it shows as it did before.</summary>
    public static DirectoryMetadata Below(MergedDirectory below, byte[] path)
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

    public void Dispose()
    {
        _root.Dispose();
        Staging.Dispose();
    }

    private void PlaceAll(BlobStore blobs, Action<byte[], string>? changed, CancellationToken cancellation)
    {
        bool isWhole = true;
        using var plain = new ReadAheadStream(blobs.OpenTar(_layer.Blob.Digest, changed is null ? null : Changed));
        using var hashing = new HashingStream(plain);
        using var buffered = new BufferedStream(hashing, 128 * 1024);
        var reader = new TarEntryReader(buffered);
        _tree.Place(reader, cancellation);
        reader.Drain(cancellation);
        Digest actual = hashing.Finish();
        if (actual != _layer.DiffId && isWhole)
            throw new SlipwayException(ErrorKind.Corrupt, $"its content has the digest {actual} instead of {_layer.DiffId}");

        void Changed(byte[] path, string how)
        {
            isWhole = false;
            changed!(path, how);
        }
    }

    private SlipwayException Failed(ErrorKind kind, string message, Exception e, string? hint) =>
        new(kind, $"unpack layer {_layer.Blob.Digest}: {message}", e) { Hint = hint };

    // overlayfs does not look for the opaque mark on the root of a layer. So there it becomes what it means: a whiteout for each name below
    // that the layer does not have, and a mark on each directory that it has.
    private void HideAllBelow(MergedDirectory below)
    {
        if (!_root.IsOpaque())
            return;
        FileTime modified = _root.Status().Modified;
        foreach (byte[] name in below.Names())
        {
            if (!_root.TryMakeNode(name, FileType.CharacterDevice, 0) && _root.Status(name).IsDirectory)
                _root.SetXattr(name, XattrPolicy.Opaque, "y"u8);
        }
        _root.Handle.RemoveXattr(XattrPolicy.Opaque);
        _root.Handle.SetTime(modified);
    }
}
