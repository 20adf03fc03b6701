using Slipway.Oci;
using Slipway.Store.Images;
using Slipway.Store.Layers;

namespace Slipway.Store.Checking;

/// <summary>Compares the unpacked layers of images with their blobs, each layer once, lowest first.</summary>
internal sealed class LayerCheck(ImageStorage store, CheckOptions options, IReadOnlySet<Digest> badBlobs, List<Finding> found, CancellationToken cancellation)
{
    private readonly HashSet<Digest> _seen = [];
    private readonly HashSet<Digest> _broken = [];

    public void Check(ImageRecord image)
    {
        IReadOnlyList<Digest> diffIds = image.Config.Rootfs.DiffIds;
        Digest? parent = null;
        for (int i = 0; i < diffIds.Count; i++)
        {
            Digest chainId = LayerStore.ChainIdOf(parent, diffIds[i]);
            if (_seen.Add(chainId))
                CheckLayer(image, parent, chainId, new LayerSource(image.Manifest.Layers[i], diffIds[i]));
            parent = chainId;
        }
    }

    private void CheckLayer(ImageRecord image, Digest? parent, Digest chainId, LayerSource layer)
    {
        cancellation.ThrowIfCancellationRequested();
        string subject = $"layer {chainId.Short} of {StoreChecker.NameOf(image)}";
        options.Progress?.Invoke(subject);
        if (badBlobs.Contains(layer.Blob.Digest) || (parent is { } below && _broken.Contains(below)))
        {
            // Nothing to compare it with, nor what stands on it: a layer takes something from those below.
            _broken.Add(chainId);
            if (!Directory.Exists(store.Layers.PathOf(chainId)))
                found.Add(new(subject, "it is not unpacked", Note: "there is nothing whole to unpack it from"));
            return;
        }
        bool inUse = options.IsInUse?.Invoke(chainId) == true, mend = options.Repair && !inUse;
        LayerVerification verified = Verify(parent, layer, mend);
        if (verified.Differences.Count == 0)
            return;
        string note = inUse ? "a running container stands on it: stop it, then 'slip system check --repair'" : "'slip system check --repair' unpacks it again";
        bool repaired = verified.IsReplaced;
        if (repaired)
        {
            note = "unpacked again";
        }
        else if (mend)
        {
            // Its content is nowhere but in the tree: the blob is not kept.
            repaired = options.Fetch?.Invoke(image, layer.Blob) == true && Verify(parent, layer, replace: true).IsReplaced;
            note = repaired ? "fetched and unpacked again" : "its content is nowhere else here, and could not be fetched: remove the image, and load or build it again";
        }
        if (!repaired)
            _broken.Add(chainId);
        foreach (TreeDifference difference in verified.Differences)
            found.Add(new(difference.Path == "/" ? subject : $"{difference.Path} in {subject}", difference.What, repaired ? FindingState.Repaired : FindingState.Found, note));
    }

    private LayerVerification Verify(Digest? parent, LayerSource layer, bool replace)
    {
        try
        {
            return store.Layers.Verify(parent, layer, replace, cancellation);
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.Corrupt && !store.Blobs.IsKept(layer.Blob.Digest))
        {
            // The tree of which the blob would be made is gone.
            return new([new("/", e.Message)], IsReplaced: false);
        }
    }
}
