using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Wire;

namespace Slipway.Api.Streams;

/// <summary>
/// Progress as docker's clients read it: objects with <c>status</c>, <c>id</c>, <c>progressDetail</c>, <c>stream</c>, <c>aux</c>, <c>errorDetail</c>. Whoever
/// works never waits for the client: where it reads too slowly, movements of a bar are left out. The response begins with the first object, so
/// that what fails before has a status of its own.
/// </summary>
internal sealed class ProgressStream : IDisposable
{
    // Steps of one pull are hundreds at most; bars move without end, and only they are left out.
    private const int BarsUpTo = 64;

    private readonly HttpResponse _response;
    private readonly CancellationToken _gone;
    private readonly Channel<JsonObject> _waiting = Channel.CreateUnbounded<JsonObject>();
    private readonly JsonStream _stream;
    private readonly Task _writing;
    private volatile bool _hasBegun;

    public ProgressStream(ApiRequest request)
    {
        _response = request.Http.Response;
        _gone = request.Http.RequestAborted;
        _stream = new JsonStream(_response, "application/json");
        _writing = WriteAsync();
    }

    /// <summary>Whether anything was told yet: then what fails has no status of its own any more.</summary>
    public bool HasBegun => _hasBegun;

    public void Status(string text, string? id = null)
    {
        JsonObject item = new() { ["status"] = text };
        if (id is not null)
        {
            item["progressDetail"] = new JsonObject();
            item["id"] = id;
        }
        Send(item);
    }

    public void Bar(string id, string text, long done, long size)
    {
        if (_waiting.Reader.Count < BarsUpTo)
            Send(new() { ["status"] = text, ["progressDetail"] = new JsonObject { ["current"] = done, ["total"] = size }, ["progress"] = ProgressBar.Draw(done, size), ["id"] = id });
    }

    public void Text(string text) => Send(new() { ["stream"] = text });

    public void Aux(JsonObject value) => Send(new() { ["aux"] = value });

    /// <summary>What failed, with a process's exit code.</summary>
    public void Fail(string message, int code) =>
        Send(new() { ["errorDetail"] = new JsonObject { ["code"] = code, ["message"] = message }, ["error"] = message });

    public void Send(JsonObject item)
    {
        _hasBegun = true;
        _waiting.Writer.TryWrite(item);
    }

    /// <summary>Does the work and ends the response: with what it threw as an object, where the head was sent before, else by throwing that.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="tellsInStream">Whether the answer is 200 whatever becomes of it.</param>
    public async Task RunAsync(Func<Task> work, bool tellsInStream = false)
    {
        Exception? error = null;
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            error = e;
        }
        if (error is not null && !_hasBegun && !tellsInStream)
        {
            _waiting.Writer.Complete();
            await _writing.ConfigureAwait(false);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }
        if (error is not null)
            Send(ErrorOf(error));
        _waiting.Writer.Complete();
        await _writing.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static JsonObject ErrorOf(Exception error)
    {
        string message = ApiError.MessageOf(error);
        return new() { ["errorDetail"] = new JsonObject { ["message"] = message }, ["error"] = message };
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (JsonObject item in _waiting.Reader.ReadAllAsync(_gone).ConfigureAwait(false))
            {
                if (!_response.HasStarted)
                    await _stream.BeginAsync().ConfigureAwait(false);
                await _stream.WriteAsync(item, _gone).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone: nobody reads what is still to come.
        }
    }
}
