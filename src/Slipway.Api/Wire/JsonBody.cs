using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Slipway.Api.Wire;

/// <summary>Reads a request's JSON, within bounds of size, depth and time whatever the client sends.</summary>
internal static class JsonBody
{
    // A container's configuration with a seccomp profile and thousands of variables is far below.
    private const int MaxBytes = 8 << 20, MaxDepth = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static async Task<JsonInput> ReadAsync(HttpRequest request, bool required)
    {
        byte[] body = await ReadBytesAsync(request).ConfigureAwait(false);
        if (body.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            return required ? throw ApiException.BadRequest("invalid JSON: got EOF while reading request body") : JsonInput.Empty;
        if (!IsJson(request.ContentType ?? ""))
            throw ApiException.BadRequest($"unsupported Content-Type header ({Linux.Printable.Escape(request.ContentType ?? "")}): must be 'application/json'");
        return Parse(body);
    }

    /// <summary>Reads past a body whose length is said, before the connection is taken over. Without a length there is none: what comes is the stream.</summary>
    public static Task SkipAsync(HttpRequest request) => request.ContentLength is > 0 ? ReadBytesAsync(request) : Task.CompletedTask;

    /// <summary>Reads past a body in whatever form, before another protocol begins behind it (RFC 9110, section 7.8): node ends one in chunks even where it sends none.</summary>
    public static Task SkipWholeAsync(HttpRequest request) => request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0 ? ReadBytesAsync(request) : Task.CompletedTask;

    public static JsonInput Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            // Not disposed: the elements are read for as long as the request lives, and the array is our own.
            JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => new(document.RootElement, ""),
                JsonValueKind.Null => JsonInput.Empty,
                _ => throw ApiException.BadRequest("invalid JSON: want an object"),
            };
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest(JsonFault.HasMore(body.Span, MaxDepth)
                ? "unexpected content after JSON"
                : $"invalid JSON: {JsonFault.Of(body.Span, MaxDepth) ?? "not well-formed, or too deep"} (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
        }
    }

    private static bool IsJson(string type) => type.AsSpan(0, type.IndexOf(';') is >= 0 and int end ? end : type.Length).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static async Task<byte[]> ReadBytesAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes)
            throw TooLarge();
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            while (true)
            {
                ReadResult result = await request.BodyReader.ReadAsync(patience.Token).ConfigureAwait(false);
                if (result.Buffer.Length > MaxBytes)
                    throw TooLarge();
                if (result.IsCompleted)
                {
                    byte[] body = result.Buffer.ToArray();
                    request.BodyReader.AdvanceTo(result.Buffer.End);
                    return body;
                }
                request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new ApiException(StatusCodes.Status408RequestTimeout, $"the request's body did not come within {s_patience.TotalSeconds} s");
        }
    }

    private static ApiException TooLarge() => new(StatusCodes.Status413PayloadTooLarge, $"the request's body is larger than {MaxBytes >> 20} MiB");
}
