using Slipway.Engine.Images.Pulling;
using Slipway.Oci;

namespace Slipway.Cli.Output.Transfers;

/// <summary>A pull in docker's lines.</summary>
internal sealed class PullPrinter(TransferBoard board) : IPullProgress
{
    private const int StandardOutput = 1, StandardError = 2;

    public static PullPrinter ToOutput() => new(new TransferBoard(Console.Out, StandardOutput));

    /// <summary>For commands whose output is something else.</summary>
    public static PullPrinter ToErrors() => new(new TransferBoard(Console.Error, StandardError));

    public void Begin(Reference name) => board.Say($"{name.Digest?.ToString() ?? name.Tag}: Pulling from {name.Path}");

    public void Layer(Digest layer, LayerStage stage, long done, long size)
    {
        string id = layer.Short;
        switch (stage)
        {
            case LayerStage.Waiting: board.Step(id, "Pulling fs layer"); break;
            case LayerStage.FetchedElsewhere: board.Step(id, "Waiting for another pull that fetches it"); break;
            case LayerStage.Downloading: board.Move(id, "Downloading", done, size); break;
            case LayerStage.Downloaded: board.Step(id, "Download complete"); break;
            case LayerStage.Complete: board.Step(id, "Pull complete"); break;
            case LayerStage.Present: board.Step(id, "Already exists"); break;
        }
    }

    public void End(PullResult result)
    {
        board.Say($"Digest: {result.Digest}");
        board.Say(result.Changed ? $"Status: Downloaded newer image for {result.Name.Familiar}" : $"Status: Image is up to date for {result.Name.Familiar}");
    }
}
