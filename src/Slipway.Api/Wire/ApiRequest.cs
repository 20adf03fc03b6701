using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Server;
using Slipway.Engine;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Wire;

/// <summary>One request on its way through a route: what was asked for, by whom, and how to answer.</summary>
internal sealed class ApiRequest(ApiServices services, HttpContext http, ApiVersion version, IReadOnlyList<string> values)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public ApiServices Services { get; } = services;

    public HttpContext Http { get; } = http;

    /// <summary>The version that the path names, or the newest.</summary>
    public ApiVersion Version { get; } = version;

    public SlipwayEngine Engine => Services.Engine;

    /// <summary>Cancelled when the client is gone. Asking for it begins to watch the connection.</summary>
    public CancellationToken Gone => Connection?.WatchForEnd() ?? Http.RequestAborted;

    /// <summary>
    /// As <see cref="Gone"/>, for a request of whose body not all was wanted. What is left of it is taken first: until its end Kestrel reads the connection,
    /// and there may be no second one who does. The connection of a client that doesn't end it within a second isn't watched.
    /// </summary>
    public async Task<CancellationToken> GoneAfterBodyAsync()
    {
        byte[] rest = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Http.RequestAborted);
            patience.CancelAfter(s_patience);
            while (await Http.Request.Body.ReadAsync(rest, patience.Token).ConfigureAwait(false) > 0)
            {
            }
            return Gone;
        }
        catch (OperationCanceledException) when (!Http.RequestAborted.IsCancellationRequested)
        {
            return Http.RequestAborted;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }
    }

    /// <summary>The connection below, where it is one of ours; null in tests that have none.</summary>
    public ApiConnection? Connection => Http.Features.Get<ApiConnection>();

    /// <summary>What stood at the route's place <paramref name="index"/>: a container's name.</summary>
    public string Value(int index = 0) => values[index];

    /// <summary>A parameter of the query; null where it isn't given.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var all) && all.Count > 0 ? all[0] : null;

    /// <summary>All values of a parameter that may be given several times.</summary>
    public IReadOnlyList<string> QueryAll(string name) => Http.Request.Query.TryGetValue(name, out var all) ? [.. all.OfType<string>()] : [];

    /// <summary>A truth value as docker reads them: nothing, 0, no, false and none are false, all else is true.</summary>
    public bool Flag(string name, bool missing = false) => Query(name) is { } text ? text.Trim().ToLowerInvariant() is not ("" or "0" or "no" or "false" or "none") : missing;

    /// <summary>A whole number; null where it isn't given or empty.</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public int? Number(string name)
    {
        if (Query(name) is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw ApiException.BadRequest($"invalid parameter {name}: '{Linux.Printable.Escape(text)}' is not a number");
    }

    /// <summary>The filters, in either of docker's two forms, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Filters() => WireFilters.Read(Query("filters"));

    /// <summary>The body as JSON.</summary>
    /// <param name="required">Whether there has to be one; else none is an empty object.</param>
    public Task<JsonInput> BodyAsync(bool required = true) => JsonBody.ReadAsync(Http.Request, required);

    /// <summary>Answers with a document.</summary>
    public Task JsonAsync(JsonNode body, int status = 200) => AnswerAsync(writer => body.WriteTo(writer, InspectJson.Compact), status);

    /// <summary>Answers with a list, each item of which is written before the next is made.</summary>
    public Task JsonListAsync(IEnumerable<JsonNode> items) => AnswerAsync(writer =>
    {
        writer.WriteStartArray();
        foreach (JsonNode item in items)
            item.WriteTo(writer, InspectJson.Compact);
        writer.WriteEndArray();
    }, StatusCodes.Status200OK);

    /// <summary>Answers with <c>null</c>, as Go writes a list that was never made.</summary>
    public async Task NullAsync()
    {
        Http.Response.ContentType = "application/json";
        await Http.Response.BodyWriter.WriteAsync("null\n"u8.ToArray()).ConfigureAwait(false);
    }

    /// <summary>Answers without a body.</summary>
    public Task EmptyAsync(int status = 204)
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Answers with a line of text.</summary>
    public async Task TextAsync(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Http.Response.ContentType = "text/plain; charset=utf-8";
        Http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(Http.Request.Method))
            await Http.Response.BodyWriter.WriteAsync(bytes).ConfigureAwait(false);
    }

    /// <summary>The document's bytes, as they go on the wire.</summary>
    public static byte[] Encode(JsonNode body)
    {
        using var buffer = new PooledBuffer();
        Write(buffer, writer => body.WriteTo(writer, InspectJson.Compact));
        return buffer.Written.ToArray();
    }

    private static void Write(PooledBuffer buffer, Action<Utf8JsonWriter> write)
    {
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = InspectJson.Compact.Encoder });
        write(writer);
    }

    // Made whole before its first byte is sent: what fails on the way is answered as an error.
    private async Task AnswerAsync(Action<Utf8JsonWriter> write, int status)
    {
        using var buffer = new PooledBuffer();
        Write(buffer, write);
        buffer.Write("\n"u8);
        Http.Response.StatusCode = status;
        Http.Response.ContentType = "application/json";
        Http.Response.ContentLength = buffer.Written.Length;
        if (!HttpMethods.IsHead(Http.Request.Method))
            await Http.Response.BodyWriter.WriteAsync(buffer.Written).ConfigureAwait(false);
    }
}
