using Slipway.Engine.Images.Pushing;
using Slipway.Oci;
using Slipway.Registry.Blobs;

namespace Slipway.Cli.Output.Transfers;

/// <summary>A push in docker's lines.</summary>
internal sealed class PushPrinter(TransferBoard board) : IPushProgress
{
    private const int StandardOutput = 1, StandardError = 2;
    private string? _repository;

    public static PushPrinter ToOutput() => new(new TransferBoard(Console.Out, StandardOutput));

    public static PushPrinter ToErrors() => new(new TransferBoard(Console.Error, StandardError));

    public void Begin(Reference name)
    {
        if (_repository != name.Repository)
            board.Say($"The push refers to repository [{name.Repository}]");
        _repository = name.Repository;
    }

    public void Layer(Digest diffId, long done, long size)
    {
        if (done == 0)
            board.Step(diffId.Short, "Preparing");
        else
            board.Move(diffId.Short, "Pushing", done, size);
    }

    public void LayerDone(Digest diffId, UploadOutcome? outcome, string? from) => board.Step(diffId.Short, outcome switch
    {
        UploadOutcome.Existed => "Layer already exists",
        UploadOutcome.Mounted => $"Mounted from {from}",
        UploadOutcome.Uploaded => "Pushed",
        _ => "Skipped foreign layer",
    });

    public void End(Reference name, Digest digest, long size) => board.Say($"{name.Tag}: digest: {digest} size: {size}");
}
