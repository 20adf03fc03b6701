using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Slipway.Api.Server;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Daemon.Listening;

/// <summary>Opens what <c>--host</c> names: sockets that listen.</summary>
/// <param name="tls">For TCP; null: none was set up.</param>
/// <param name="group">Who may use a unix socket beside its owner, by number; null: nobody.</param>
internal sealed class SocketOpener(SslServerAuthenticationOptions? tls, uint? group)
{
    private const int Backlog = 512, TlsPort = 2376, DyingMilliseconds = 1000, ProbeMilliseconds = 20;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <exception cref="SlipwayException">InvalidArgument: no such kind of host; Conflict: somebody listens there; Denied: in the clear over a network.</exception>
    public IReadOnlyList<ApiListener> Open(string host)
    {
        if (host.StartsWith("unix://", StringComparison.Ordinal))
            return [OpenUnix(host["unix://".Length..])];
        if (host.StartsWith("fd://", StringComparison.Ordinal))
            return [.. HandedSockets.Take().Select(s => new ApiListener(s, s.AddressFamily is AddressFamily.Unix ? null : tls ?? throw InTheClear(host)))];
        if (host.StartsWith("tcp://", StringComparison.Ordinal))
            return [OpenTcp(host)];
        if (host.StartsWith('/'))
            return [OpenUnix(host)];
        if (IsAddress(host))
            return [OpenTcp("tcp://" + host)];
        throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid host '{Printable.Escape(host)}'") { Hint = "it is unix:///path, fd:// or tcp://address:port" };
    }

    /// <summary>Refuses what would be served in the clear, before anything is made or opened for it.</summary>
    /// <exception cref="SlipwayException">Denied.</exception>
    public void Check(string host)
    {
        // An address alone is one of TCP's, as with dockerd.
        if (tls is null && (host.StartsWith("tcp://", StringComparison.Ordinal) || IsAddress(host)))
            throw InTheClear(host);
    }

    private static bool IsAddress(string host) => !host.StartsWith('/') && !host.Contains("://", StringComparison.Ordinal) && host.Contains(':', StringComparison.Ordinal);

    private ApiListener OpenUnix(string path)
    {
        RemoveStale(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            // Nobody gets in before it listens, so nobody gets in before this.
            File.SetUnixFileMode(path, Mode);
            if (group is { } id)
            {
                using SafeFd file = FileDescriptor.Open(path, OpenFlags.Path | OpenFlags.NoFollow);
                file.SetOwner(file.Status().Uid, id);
            }
            socket.Listen(Backlog);
            return new ApiListener(socket);
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e is SocketException failed ? new SlipwayException(ErrorKind.InvalidArgument, $"listen on '{path}': {failed.SocketErrorCode}", e) : e;
        }
    }

    private ApiListener OpenTcp(string host)
    {
        Check(host);
        Uri uri = Uri.TryCreate(host, UriKind.Absolute, out Uri? parsed) ? parsed : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid host '{Printable.Escape(host)}'");
        IPAddress address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? literal) ? literal : uri.Host is "localhost" ? IPAddress.Loopback
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid host '{Printable.Escape(host)}': want an address");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(address, uri.Port < 0 ? TlsPort : uri.Port));
            socket.Listen(Backlog);
            return new ApiListener(socket, tls);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new SlipwayException(ErrorKind.Conflict, string.Create(CultureInfo.InvariantCulture, $"listen on {uri.Host}:{uri.Port}: {e.SocketErrorCode}"), e);
        }
    }

    // One that a killed daemon left. Another daemon's is not taken away from it; one that was killed a moment ago has it until the kernel has taken it apart.
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
            return;
        for (long patience = Environment.TickCount64 + DyingMilliseconds; IsServed(path); Task.Delay(ProbeMilliseconds).Wait())
        {
            if (Environment.TickCount64 > patience)
                throw new SlipwayException(ErrorKind.Conflict, $"listen on '{path}': another daemon listens there") { Hint = "stop it, or name another socket with -H unix:///path" };
        }
        File.Delete(path);
    }

    private static bool IsServed(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused || !File.Exists(path))
        {
            return false;
        }
        catch (SocketException)
        {
            throw new SlipwayException(ErrorKind.Conflict, $"listen on '{path}': there is a file that is no socket");
        }
    }

    private static SlipwayException InTheClear(string host) =>
        new(ErrorKind.Denied, $"listen on {Printable.Escape(host)}: whoever reaches the API is root of this host, so it is not served over a network without TLS client certificates")
        {
            Hint = "add --tlsverify with --tlscacert, --tlscert and --tlskey, or reach the unix socket over ssh",
        };
}
