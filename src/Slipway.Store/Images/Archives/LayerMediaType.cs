using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <summary>What a layer's first bytes say that it is.</summary>
internal static class LayerMediaType
{
    public static string Of(BlobStore blobs, Digest layer)
    {
        Span<byte> magic = stackalloc byte[4];
        using Stream stream = blobs.OpenRead(layer);
        int read = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        return Compression.Detect(magic[..read]) switch
        {
            CompressionFormat.Gzip => MediaTypes.LayerGzip,
            CompressionFormat.Zstd => MediaTypes.LayerZstd,
            _ => MediaTypes.Layer,
        };
    }
}
