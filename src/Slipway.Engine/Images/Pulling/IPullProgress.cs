using Slipway.Oci;

namespace Slipway.Engine.Images.Pulling;

/// <summary>Hears of a pull while it goes on, from any thread, one call at a time.</summary>
public interface IPullProgress
{
    /// <summary>A name is pulled; what follows is about it.</summary>
    void Begin(Reference name);

    /// <summary>A layer has come further.</summary>
    /// <param name="layer">The digest of its blob.</param>
    /// <param name="stage">How far.</param>
    /// <param name="done">Bytes that are there.</param>
    /// <param name="size">Bytes that there will be.</param>
    void Layer(Digest layer, LayerStage stage, long done, long size);

    /// <summary>A name is done.</summary>
    void End(PullResult result);
}

/// <summary>Hears nothing.</summary>
public sealed class QuietPull : IPullProgress
{
    /// <inheritdoc/>
    public void Begin(Reference name)
    {
    }

    /// <inheritdoc/>
    public void Layer(Digest layer, LayerStage stage, long done, long size)
    {
    }

    /// <inheritdoc/>
    public void End(PullResult result)
    {
    }
}
