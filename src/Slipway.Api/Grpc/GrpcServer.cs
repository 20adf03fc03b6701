using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Server;
using Slipway.Api.Wire;
using Slipway.Oci;

namespace Slipway.Api.Grpc;

/// <summary>Answers gRPC's calls, which are HTTP/2 requests of its content type: the answer's status stands in the trailers.</summary>
internal sealed class GrpcServer(ApiServices services, GrpcTable table)
{
    private const string ContentType = "application/grpc";

    public static bool IsCall(HttpRequest request) => request.ContentType?.StartsWith(ContentType, StringComparison.Ordinal) == true && HttpProtocol.IsHttp2(request.Protocol);

    /// <summary>Whether a call may change something.</summary>
    public static bool Changes(HttpRequest request) => request.Path.Value is "/moby.buildkit.v1.Control/Solve" or "/moby.buildkit.v1.Control/Prune" or "/moby.buildkit.v1.Control/UpdateBuildHistory";

    /// <summary>Answers; returns the HTTP status that the outcome would have been.</summary>
    public async Task<int> AnswerAsync(HttpContext http)
    {
        http.Response.ContentType = ContentType;
        try
        {
            using var call = new GrpcCall(services, http);
            await table.Get(http.Request.Path.Value ?? "")(call).ConfigureAwait(false);
            await EndAsync(http, GrpcCode.OK, "", default).ConfigureAwait(false);
            return StatusCodes.Status200OK;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e)
        {
            int status = ApiError.StatusOf(e);
            (GrpcCode code, ReadOnlyMemory<byte> details) = e is GrpcException grpc ? (grpc.Code, grpc.Details) : (CodeOf(e), default);
            if (code == GrpcCode.Internal)
                services.Options.Failed?.Invoke(http.Request.Path, e);
            await EndAsync(http, code, ApiError.MessageOf(e), details).ConfigureAwait(false);
            return e is GrpcException ? StatusCodes.Status400BadRequest : status;
        }
    }

    /// <summary>The one place where kinds of errors become gRPC's. BuildKit's clients show every code but Unknown before the sentence, once or twice, so what is said to people is that.</summary>
    public static GrpcCode CodeOf(Exception error) => error switch
    {
        OperationCanceledException => GrpcCode.Cancelled,
        SlipwayException or ApiException => GrpcCode.Unknown,
        _ => GrpcCode.Internal,
    };

    private static async Task EndAsync(HttpContext http, GrpcCode code, string message, ReadOnlyMemory<byte> details)
    {
        // The head has to be out before the trailers are.
        await http.Response.StartAsync().ConfigureAwait(false);
        http.Response.AppendTrailer("grpc-status", ((int)code).ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0)
            http.Response.AppendTrailer("grpc-message", Escape(message));
        if (!details.IsEmpty)
            http.Response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(details.Span).TrimEnd('='));
    }

    // gRPC over HTTP2, "Status-Message": percent-encoded UTF-8.
    private static string Escape(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%')
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return text.ToString();
    }
}
