using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Slipway.Engine.Images.Pushing;
using Slipway.Oci;
using Slipway.Registry.Blobs;

namespace Slipway.Api.Streams;

/// <summary>A push in docker's objects.</summary>
internal sealed class PushProgress(ProgressStream stream) : IPushProgress
{
    private readonly ConcurrentDictionary<string, bool> _begun = new();
    private string? _repository;

    public void Begin(Reference name)
    {
        if (_repository != name.Repository)
            stream.Status($"The push refers to repository [{name.Repository}]");
        _repository = name.Repository;
    }

    public void Layer(Digest diffId, long done, long size)
    {
        if (_begun.TryAdd(diffId.Short, true))
            stream.Status("Preparing", diffId.Short);
        if (done > 0)
            stream.Bar(diffId.Short, "Pushing", done, size);
    }

    public void LayerDone(Digest diffId, UploadOutcome? outcome, string? from) => stream.Status(outcome switch
    {
        UploadOutcome.Existed => "Layer already exists",
        UploadOutcome.Mounted => $"Mounted from {from}",
        UploadOutcome.Uploaded => "Pushed",
        _ => "Skipped foreign layer",
    }, diffId.Short);

    public void End(Reference name, Digest digest, long size)
    {
        stream.Status($"{name.Tag}: digest: {digest} size: {size}");
        stream.Send(new() { ["progressDetail"] = new JsonObject(), ["aux"] = new JsonObject { ["Tag"] = name.Tag, ["Digest"] = digest.ToString(), ["Size"] = size } });
    }
}
