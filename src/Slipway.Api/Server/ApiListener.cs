using System.Buffers.Binary;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Slipway.Api.Server;

/// <summary>A socket that clients connect to, listening already.</summary>
/// <param name="socket">Unix or TCP; owned.</param>
/// <param name="tls">For TCP: our certificate, and whose are let in; null: in the clear.</param>
public sealed class ApiListener(Socket socket, SslServerAuthenticationOptions? tls = null) : IDisposable
{
    private const int SOL_SOCKET = 1, SO_PEERCRED = 17, UcredSize = 12;
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(10);

    /// <summary>Where, for people: <c>/run/docker.sock</c>.</summary>
    public string Address => socket.LocalEndPoint?.ToString() ?? "";

    /// <summary>The next connection; null when this is disposed.</summary>
    internal async Task<Socket?> AcceptAsync()
    {
        while (true)
        {
            try
            {
                return await socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument)
            {
                return null;
            }
            catch (SocketException)
            {
                // One that went away before it was taken, or no descriptor for it: others may go, and then there is one.
                await Task.Delay(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Its stream, after the handshake where there is one, and who it is; null where it is not let in.</summary>
    internal async Task<(Stream Stream, string Caller)?> OpenAsync(Socket client)
    {
        var plain = new NetworkStream(client, ownsSocket: false);
        if (tls is null)
            return (plain, client.AddressFamily is AddressFamily.Unix ? PeerOf(client) : $"{client.RemoteEndPoint}");
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        using var patience = new CancellationTokenSource(s_handshake);
        try
        {
            await secure.AuthenticateAsServerAsync(tls, patience.Token).ConfigureAwait(false);
            return (secure, $"{secure.RemoteCertificate?.Subject ?? "no certificate"} at {client.RemoteEndPoint}");
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    // struct ucred, unix(7): pid, uid, gid of who connected, at that time.
    private static string PeerOf(Socket client)
    {
        Span<byte> ucred = stackalloc byte[UcredSize];
        client.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, ucred);
        return string.Create(CultureInfo.InvariantCulture, $"uid {BinaryPrimitives.ReadUInt32LittleEndian(ucred[4..])} pid {BinaryPrimitives.ReadInt32LittleEndian(ucred)}");
    }
}
