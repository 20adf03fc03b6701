using System.Net.Sockets;
using System.Security.Authentication;
using Slipway.Oci;

namespace Slipway.Registry.Transfer;

/// <summary>Why there was no answer, in words: ahead-of-time builds leave .NET's own sentences out.</summary>
internal static class TransportError
{
    /// <param name="address">What was asked.</param>
    /// <param name="error">What HTTP says.</param>
    /// <param name="distrust">Why a certificate was refused; null where none was.</param>
    public static RegistryException Of(Uri address, HttpRequestException error, string? distrust)
    {
        string where = ShownText.Of(address);
        return error.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => Unreachable($"{where}: no such host '{ShownText.Of(address.Host)}'"),
            HttpRequestError.ConnectionError => Unreachable($"{where}: {SocketWords(error)}"),
            HttpRequestError.SecureConnectionError => Unreachable($"{where}: {TlsWords(error, distrust)}", distrust is null ? null : TrustHint(address)),
            HttpRequestError.ProxyTunnelError => Unreachable($"{where}: the proxy refuses to connect"),
            HttpRequestError.ConfigurationLimitExceeded => new RegistryException(ErrorKind.Corrupt, $"{where}: the answer's headers are too long", inner: error),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError =>
                new RegistryException(ErrorKind.Unavailable, $"{where}: the answer is not HTTP", inner: error) { IsPassing = true },
            HttpRequestError.ResponseEnded => Cut(where, error),
            _ when error.InnerException is SocketException or TimeoutException => Unreachable($"{where}: {SocketWords(error)}"),
            _ => Cut(where, error),
        };

        RegistryException Unreachable(string message, string? hint = null) => new(ErrorKind.Unavailable, message, inner: error) { IsUnreachable = true, Hint = hint };
    }

    /// <summary>What a failed read of a body is called.</summary>
    public static RegistryException Cut(string where, Exception error) =>
        new(ErrorKind.Unavailable, $"{where}: the connection was cut", inner: error) { IsPassing = true };

    private static string SocketWords(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
        {
            if (at is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => "connection refused",
                    SocketError.TimedOut => "no answer to the connection attempt",
                    SocketError.NetworkUnreachable or SocketError.HostUnreachable => "the network does not lead there",
                    SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "no such host",
                    SocketError.ConnectionReset => "connection reset by the other side",
                    var code => $"can't connect ({code})",
                };
            }
            if (at is TimeoutException or OperationCanceledException)
                return "no answer to the connection attempt";
        }
        return "can't connect";
    }

    private static string TlsWords(Exception error, string? distrust)
    {
        if (distrust is not null)
            return $"tls: {distrust}";
        return error.InnerException is AuthenticationException ? "tls: no agreement on a secure connection" : "tls: the answer is not TLS: the registry may speak plain HTTP";
    }

    private static string TrustHint(Uri address) =>
        $"put the authority's certificate into /etc/slipway/certs.d/{address.Authority}/ca.crt, or name the host in \"insecure-registries\" of /etc/slipway/config.json";
}
