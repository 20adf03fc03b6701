using Slipway.Oci;
using Slipway.Registry.Blobs;

namespace Slipway.Engine.Images.Pushing;

/// <summary>Hears of a push while it goes on, from any thread, one call at a time.</summary>
public interface IPushProgress
{
    /// <summary>A name is pushed; what follows is about it.</summary>
    void Begin(Reference name);

    /// <summary>A layer is on its way.</summary>
    /// <param name="diffId">The digest of its plain tar, by which docker calls it.</param>
    /// <param name="done">Bytes that were sent.</param>
    /// <param name="size">Bytes of its blob.</param>
    void Layer(Digest diffId, long done, long size);

    /// <summary>The registry has a layer.</summary>
    /// <param name="diffId">As above.</param>
    /// <param name="outcome">How it came to have it; null where the layer may not be given on.</param>
    /// <param name="from">The repository that it was mounted from.</param>
    void LayerDone(Digest diffId, UploadOutcome? outcome, string? from);

    /// <summary>A name is done.</summary>
    /// <param name="name">The name.</param>
    /// <param name="digest">The manifest's digest.</param>
    /// <param name="size">The manifest's bytes.</param>
    void End(Reference name, Digest digest, long size);
}

/// <summary>Hears nothing.</summary>
public sealed class QuietPush : IPushProgress
{
    /// <inheritdoc/>
    public void Begin(Reference name)
    {
    }

    /// <inheritdoc/>
    public void Layer(Digest diffId, long done, long size)
    {
    }

    /// <inheritdoc/>
    public void LayerDone(Digest diffId, UploadOutcome? outcome, string? from)
    {
    }

    /// <inheritdoc/>
    public void End(Reference name, Digest digest, long size)
    {
    }
}
