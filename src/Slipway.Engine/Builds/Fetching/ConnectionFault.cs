using System.Net.Sockets;

namespace Slipway.Engine.Builds.Fetching;

/// <summary>Why nothing came from a server, for people: .NET's own sentences name error numbers or say to try again.</summary>
internal static class ConnectionFault
{
    /// <summary>The reason in a few words.</summary>
    /// <param name="error">What the client of HTTP threw.</param>
    public static string Reason(Exception error) => error switch
    {
        { InnerException: SocketException socket } => socket.SocketErrorCode switch
        {
            // "dial tcp" is what docker's users look for.
            SocketError.ConnectionRefused => "dial tcp: connection refused",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "dial tcp: no such host",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "dial tcp: no way to the host",
            SocketError.ConnectionReset => "the connection was cut",
            var other => other.ToString(),
        },
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "its certificate is not trusted, or it doesn't speak TLS",
        HttpRequestException request => $"no connection ({request.HttpRequestError})",
        HttpIOException broken => $"the answer broke off ({broken.HttpRequestError})",
        _ => error.Message,
    };
}
