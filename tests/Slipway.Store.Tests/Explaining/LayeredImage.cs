using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Layers;

namespace Slipway.Store.Tests.Explaining;

/// <summary>Images of layers that are written down entry by entry, each with the instruction that its history tells.</summary>
internal static class LayeredImage
{
    public static ImageRecord Make(TempStore store, params (string CreatedBy, byte[] Tar)[] layers)
    {
        var blobs = new List<Descriptor>();
        LayerInfo? top = null;
        foreach ((_, byte[] tar) in layers)
        {
            (Digest digest, long size) = store.Storage.Blobs.Write(tar);
            blobs.Add(new() { MediaType = MediaTypes.Layer, Digest = digest, Size = size });
            top = store.Storage.Layers.Unpack(top?.ChainId, blobs[^1], digest);
        }
        HistoryEntry[] history = [new() { CreatedBy = "ENV A=b", EmptyLayer = true }, .. layers.Select(l => new HistoryEntry { CreatedBy = l.CreatedBy })];
        return store.Storage.Images.Create(TempStore.ConfigFor([.. blobs]) with { History = history }, blobs);
    }
}
