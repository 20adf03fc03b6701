using Microsoft.AspNetCore.Http;
using Slipway.Api.Server;
using Slipway.Runtime.Attach;

namespace Slipway.Api.Wire;

/// <summary>Turns a request into a bare connection, in docker's two ways: 101 where the client asks for an upgrade, and 200 as long ago.</summary>
internal static class Hijack
{
    /// <summary>Bytes as they come, without frames; and whatever a daemon says to who asked for a stream.</summary>
    public const string RawStream = "application/vnd.docker.raw-stream";

    private const string Multiplexed = "application/vnd.docker.multiplexed-stream";
    private const int MultiplexedSince = 42;

    /// <param name="request">Its body has been read.</param>
    /// <param name="terminal">Whether what comes is a terminal's, without frames.</param>
    public static Task<HijackedStream> BeginAsync(ApiRequest request, bool terminal)
    {
        string type = TypeOf(request, terminal);
        ApiConnection connection = request.Connection ?? throw new ApiException(StatusCodes.Status500InternalServerError, "this connection can't be taken over");
        return request.Http.Request.Headers.Upgrade.Count > 0
            ? connection.HijackAsync(StatusCodes.Status101SwitchingProtocols, $"Content-Type: {type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nApi-Version: {ApiVersion.Newest}\r\n")
            : connection.HijackAsync(StatusCodes.Status200OK, $"Content-Type: {type}\r\n");
    }

    /// <summary>What a stream of logs or of a process is called.</summary>
    public static string TypeOf(ApiRequest request, bool terminal) => terminal || !request.Version.IsAtLeast(MultiplexedSince) ? RawStream : Multiplexed;

    /// <summary>The keys that detach, checked; null where nothing can.</summary>
    /// <exception cref="ApiException">400: they are none.</exception>
    public static string? DetachKeys(string? asked, bool terminal)
    {
        if (!terminal && asked is not { Length: > 0 })
            return null;
        string keys = asked is { Length: > 0 } ? asked : PumpOptions.DefaultDetachKeys;
        try
        {
            PumpOptions.CheckDetachKeys(keys);
        }
        catch (Oci.SlipwayException)
        {
            throw ApiException.BadRequest($"Invalid detach keys ({Linux.Printable.Escape(keys)}) provided");
        }
        return terminal ? keys : null;
    }
}
