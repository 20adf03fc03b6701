using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Attach;

/// <summary>
/// A client's connection to the streams of one process, held by its monitor. The owner, who launched it attached, is waited for when it
/// reads slowly; a later client that falls too far behind is dropped. Closing detaches.
/// </summary>
public sealed class AttachStream : IDisposable
{
    /// <summary>How many clients one process's streams have at a time; others wait until one has gone.</summary>
    public const int MostClients = Monitoring.Relay.MaxClients;

    private readonly SafeFd _socket;

    internal AttachStream(SafeFd socket) => _socket = socket;

    /// <summary>Attaches to a running container. Output from before is in its log.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <exception cref="SlipwayException">Conflict: nothing runs there.</exception>
    public static AttachStream Connect(string runDir)
    {
        try
        {
            return new AttachStream(SocketAddress.Connect(runDir, RunFiles.SocketName));
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ECONNREFUSED)
        {
            throw new SlipwayException(ErrorKind.Conflict, "attach: the container is not running", e);
        }
    }

    /// <summary>
    /// Copies between the caller's descriptors 0, 1, 2 and the process until it ends, the person detaches, or a side goes away.
    /// The terminal is as it was when this returns or throws.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the process runs on.</exception>
    public AttachResult Pump(PumpOptions options, CancellationToken cancellation = default)
    {
        using var pump = new StreamPump(_socket, options);
        return pump.Run(cancellation);
    }

    /// <summary>Waits for the end of the process and drops its output.</summary>
    public AttachResult WaitForExit(CancellationToken cancellation = default) =>
        Pump(new PumpOptions { Output = static (_, _) => { } }, cancellation);

    /// <summary>The owner's promise, after <see cref="AttachEnd.Exited"/>, to clean up itself: the monitor won't run the exit command.</summary>
    public void TakeOver() => FrameChannel.Send(_socket, FrameType.TakeOver, []);

    // The same descriptor under .NET's own handle, which does without a thread.
    internal Socket Release()
    {
        int number = _socket.Number;
        _socket.SetHandleAsInvalid();
        return new Socket(new SafeSocketHandle(number, ownsHandle: true));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
