using System.Globalization;
using System.Security.Cryptography;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <content>From a root file system to an image.</content>
public sealed partial class ImageArchives
{
    private const int CopyBuffer = 128 * 1024;

    /// <summary>Makes an image of one layer out of a tar of a root file system. The tar is kept as it came, compressed or not.</summary>
    /// <param name="tar">Plain, gzip or zstd; read once, forward; stays open.</param>
    /// <param name="image">Platform and defaults for its containers; its layers, history and time are set here.</param>
    /// <param name="name">What it shall be called; null leaves it without a name.</param>
    /// <param name="message">Its line in the history; null for Docker's.</param>
    /// <param name="cancellation">Stops it; nothing is left behind.</param>
    /// <exception cref="SlipwayException">InvalidArgument or Corrupt: the tar is refused, with the reason.</exception>
    public ImageRecord Import(Stream tar, ImageConfig image, Reference? name, string? message, CancellationToken cancellation) => _collector.UnderLease("import", _ =>
    {
        Descriptor layer = StoreLayer(tar, cancellation);
        Digest diffId = DiffIdOf(layer.Digest, cancellation);
        _layers.Unpack(null, layer, diffId, cancellation);
        string now = _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        return _images.Create(
            image with
            {
                Created = now,
                // May be left out (OCI image config), and .NET's SDK for one builds upon none without it.
                Config = image.Config ?? new(),
                Rootfs = new RootFs { Type = "layers", DiffIds = [diffId] },
                History = [new HistoryEntry { Created = now, Comment = message ?? "Imported from -" }],
            },
            [layer],
            name is null ? [] : [name]);
    });

    private Descriptor StoreLayer(Stream tar, CancellationToken cancellation)
    {
        using BlobWriter writer = _blobs.CreateWriter();
        var buffer = new byte[CopyBuffer];
        bool isEmpty = true;
        for (int read; (read = tar.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(buffer.AsSpan(0, read));
            isEmpty = false;
        }
        // docker takes nothing at all for an archive of nothing; a layer is one with its end mark.
        if (isEmpty)
            writer.Write(new byte[2 * TarFormat.BlockSize]);
        (Digest digest, long size) = writer.Commit();
        return new Descriptor { MediaType = LayerMediaType.Of(_blobs, digest), Digest = digest, Size = size };
    }

    private Digest DiffIdOf(Digest layer, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using Stream plain = Compression.OpenRead(_blobs.OpenRead(layer));
        var buffer = new byte[CopyBuffer];
        for (int read; (read = plain.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, read));
        }
        return Digest.FromHash(hash.GetHashAndReset());
    }
}
