using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Launching;

/// <summary>
/// Starts <c>slip-runtime</c> for a container or an exec: in a session of its own, detached from us, from an image of its executable that
/// nobody can write to. Thread-safe.
/// </summary>
/// <param name="executable">Path of slip-runtime; see <see cref="FindExecutable"/>.</param>
public sealed class RuntimeLauncher(string executable) : IDisposable
{
    private const int MaxReply = 1024 * 1024;

    private readonly RuntimeSpawner _spawner = new(executable);
    private SafeFd? _prepared;

    /// <summary>SLIPWAY_RUNTIME, or slip-runtime next to the running executable.</summary>
    public static string FindExecutable() =>
        Environment.GetEnvironmentVariable("SLIPWAY_RUNTIME") is { Length: > 0 } path
            ? path
            : Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "/", "slip-runtime");

    /// <summary>
    /// Starts a monitor before it is known what for, so that its start overlaps with the caller's other work. The next
    /// <see cref="Start"/> uses it; without one it ends when this is disposed or the process ends.
    /// </summary>
    public void Prepare()
    {
        if (_prepared is null)
            Interlocked.Exchange(ref _prepared, _spawner.Spawn("monitor"))?.Dispose();
    }

    /// <summary>
    /// Starts a container and returns once its program has been executed and state.json is there. The monitor outlives us.
    /// </summary>
    /// <param name="config">What to start.</param>
    /// <param name="attach">Hands back the first client's stream, connected before the process starts, so that no output is lost.</param>
    /// <exception cref="SlipwayException">
    /// CommandNotFound, CommandNotExecutable, or the kind and sentence of the step that failed. Nothing is left of the attempt.
    /// </exception>
    public MonitorSession Start(MonitorConfig config, bool attach)
    {
        SafeFd socket = Interlocked.Exchange(ref _prepared, null) ?? _spawner.Spawn("monitor");
        byte[] request = MonitorConfigJson.Write(config);
        byte[] reply = Launch(socket, FrameType.LaunchContainer, request, attach);
        ContainerState state = ContainerStateJson.Read(reply);
        return new MonitorSession(state, attach ? new AttachStream(socket) : null);
    }

    /// <summary>Starts a process in a running container and returns once its program has been executed.</summary>
    /// <exception cref="SlipwayException">As <see cref="Start"/>; Conflict when the container has ended.</exception>
    public ExecSession Exec(ExecConfig config, bool attach)
    {
        SafeFd socket = _spawner.Spawn("monitor-exec");
        byte[] request = ExecConfigJson.Write(config);
        byte[] reply = Launch(socket, FrameType.LaunchExec, request, attach);
        return new ExecSession(BinaryPrimitives.ReadInt32BigEndian(reply), attach ? new AttachStream(socket) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _prepared, null)?.Dispose();
        _spawner.Dispose();
    }

    private static byte[] Launch(SafeFd socket, FrameType type, byte[] request, bool attach)
    {
        bool keep = false;
        try
        {
            FrameChannel.Send(socket, type, [(byte)(attach ? 1 : 0), .. request]);
            FrameHeader? header = FrameChannel.ReceiveHeader(socket);
            byte[]? reply = header is null ? null : FrameChannel.ReceivePayload(socket, header.Value, MaxReply);
            if (reply is null)
                throw new SlipwayException(ErrorKind.Internal, "slip-runtime ended before it had started the process");
            if (header!.Value.Type == FrameType.Failed)
                throw LaunchError.Decode(reply);
            keep = attach;
            return reply;
        }
        finally
        {
            if (!keep)
                socket.Dispose();
        }
    }
}
