using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;

namespace Slipway.Build.Solving.Mounts;

/// <summary>
/// The caller's SSH agent for one step: a socket of the step's own, with the owner and mode that the step asks for, whose connections are passed
/// on. The agent's own socket never enters a container.
/// </summary>
internal sealed class AgentRelay : IDisposable
{
    private const int Backlog = 16, BufferSize = 16 * 1024;
    private const uint DefaultMode = 0b110_000_000;
    private readonly string _agent;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();

    /// <param name="agent">Path of the agent's socket.</param>
    /// <param name="directory">An empty directory, for the relay's own socket.</param>
    /// <param name="owner">Who may connect.</param>
    /// <param name="mode">Permission bits; null: the owner, and nobody else.</param>
    public AgentRelay(string agent, DirFd directory, Owner owner, uint? mode)
    {
        _agent = agent;
        _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // By the directory's descriptor: a socket's name has room for 107 bytes.
        _listener.Bind(new UnixDomainSocketEndPoint(directory.Handle.ProcPath + "/agent"));
        _listener.Listen(Backlog);
        directory.SetOwner("agent"u8, owner.Uid, owner.Gid);
        directory.SetMode("agent"u8, mode ?? DefaultMode);
        using SafeFd place = directory.OpenName("agent"u8, OpenFlags.Path);
        Tree = MountTree.Clone(place);
        _ = AcceptAsync();
    }

    /// <summary>The socket, to be mounted.</summary>
    public SafeFd Tree { get; }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        Tree.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken ct = _end.Token;
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptAsync(ct).ConfigureAwait(false), ct);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    // An agent that is gone ends the connection: the client in the step says so.
    private async Task RelayAsync(Socket client, CancellationToken ct)
    {
        using Socket near = client;
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await far.ConnectAsync(new UnixDomainSocketEndPoint(_agent), ct).ConfigureAwait(false);
            await Task.WhenAll(PumpAsync(near, far, ct), PumpAsync(far, near, ct)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        for (int length; (length = await from.ReceiveAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            for (int sent = 0; sent < length;)
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), ct).ConfigureAwait(false);
        }
        to.Shutdown(SocketShutdown.Send);
    }
}
