using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Server;

namespace Slipway.Api.Wire;

/// <summary>Turns a request into a WebSocket (RFC 6455) whose messages are a stream of bytes, for browsers, which can't have a bare connection.</summary>
internal static class WebSocketUpgrade
{
    // RFC 6455, section 1.3: what a server proves with that it meant to be one.
    private const string Proof = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <exception cref="ApiException">400: the request doesn't ask for a WebSocket.</exception>
    public static void Require(ApiRequest request)
    {
        IHeaderDictionary headers = request.Http.Request.Headers;
        if (!string.Equals(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase) || headers.SecWebSocketKey.Count != 1 || headers.SecWebSocketVersion != "13")
            throw ApiException.BadRequest("this is for a WebSocket of version 13 (RFC 6455): ask for the upgrade");
    }

    /// <summary>Answers. Only a request that <see cref="Require"/> has let pass.</summary>
    public static async Task<HijackedStream> BeginAsync(ApiRequest request)
    {
        ApiConnection connection = request.Connection ?? throw new ApiException(StatusCodes.Status500InternalServerError, "this connection can't be taken over");
        HijackedStream bare = await connection.HijackAsync(
            StatusCodes.Status101SwitchingProtocols, $"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(request.Http.Request.Headers.SecWebSocketKey!)}\r\n").ConfigureAwait(false);
        var socket = WebSocket.CreateFromStream(new HijackedDuplex(bare), new WebSocketCreationOptions { IsServer = true });
        Stream stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
        return new HijackedStream(PipeReader.Create(stream), stream, async () =>
        {
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (WebSocketException)
            {
                // The client is gone.
            }
        });
    }

    private static string Accept(string key) =>
#pragma warning disable CA5350 // It is no secret: the RFC wants SHA-1.
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key.Trim() + Proof)));
#pragma warning restore CA5350
}
