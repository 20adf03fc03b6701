using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Wire;

namespace Slipway.Api.Streams;

/// <summary>A response of many JSON objects, each on the wire as soon as it is written. From several threads one after another.</summary>
internal sealed class JsonStream(HttpResponse response, string contentType) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Sends the head, so that the client knows that it is heard.</summary>
    public async Task BeginAsync()
    {
        response.ContentType = contentType;
        await response.StartAsync().ConfigureAwait(false);
        await response.BodyWriter.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Sends an object and a line end.</summary>
    public async Task WriteAsync(JsonNode item, CancellationToken cancellation)
    {
        byte[] bytes = [.. ApiRequest.Encode(item), (byte)'\r', (byte)'\n'];
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            FlushResult result = await response.BodyWriter.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            if (result.IsCompleted)
                throw new IOException("the client is gone");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
