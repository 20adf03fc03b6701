using Slipway.Build.Progress;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;

namespace Slipway.Api.BuildKit;

/// <summary>A base image that is pulled for a build, as a step of its own, with its layers.</summary>
internal sealed class SolvePull(SolveProgress progress, TimeProvider clock) : IPullProgress
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<Digest, long> _told = [];
    private Reference? _name;
    private int _step;

    public void Begin(Reference name)
    {
        // Where a mirror fails in the middle, the next one goes on with it.
        if (name == _name)
            return;
        _name = name;
        _step = progress.Begin($"[internal] pull {name.Familiar}");
        _told.Clear();
    }

    public void Layer(Digest layer, LayerStage stage, long done, long size)
    {
        switch (stage)
        {
            // Each told is a message: more than a person sees are not.
            case LayerStage.Downloading when !_told.TryGetValue(layer, out long last) || clock.GetElapsedTime(last) >= s_between:
                _told[layer] = clock.GetTimestamp();
                progress.Part(_step, layer.ToString(), "downloading", done, size, isDone: false);
                break;
            case LayerStage.Downloaded:
                progress.Part(_step, layer.ToString(), "done", size, size, isDone: true);
                break;
            case LayerStage.Complete:
                progress.Part(_step, $"extracting {layer}", "done", size, size, isDone: true);
                break;
        }
    }

    public void End(PullResult result)
    {
        _name = null;
        progress.StepEnded(_step, result.Changed ? StepOutcome.Done : StepOutcome.Cached, TimeSpan.Zero);
    }
}
