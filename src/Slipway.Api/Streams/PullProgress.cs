using Slipway.Engine.Images.Pulling;
using Slipway.Oci;

namespace Slipway.Api.Streams;

/// <summary>A pull in docker's objects.</summary>
internal sealed class PullProgress(ProgressStream stream) : IPullProgress
{
    // Nothing moves yet, and docker has no progressDetail here: compose takes what has one for a layer.
    public void Begin(Reference name) => stream.Send(new() { ["status"] = $"Pulling from {name.Path}", ["id"] = name.Digest?.ToString() ?? name.Tag });

    public void Layer(Digest layer, LayerStage stage, long done, long size)
    {
        string id = layer.Short;
        switch (stage)
        {
            case LayerStage.Waiting: stream.Status("Pulling fs layer", id); break;
            case LayerStage.FetchedElsewhere: stream.Status("Waiting", id); break;
            case LayerStage.Downloading: stream.Bar(id, "Downloading", done, size); break;
            case LayerStage.Downloaded: stream.Status("Download complete", id); break;
            case LayerStage.Complete: stream.Status("Pull complete", id); break;
            case LayerStage.Present: stream.Status("Already exists", id); break;
        }
    }

    public void End(PullResult result)
    {
        stream.Status($"Digest: {result.Digest}");
        stream.Status(result.Changed ? $"Status: Downloaded newer image for {result.Name.Familiar}" : $"Status: Image is up to date for {result.Name.Familiar}");
    }
}
