using System.Buffers.Binary;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Oci.Runtime;
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
    /// <param name="descriptors">What the monitor gets to hold; the caller's own stay the caller's.</param>
    /// <param name="more">How many clients more are connected as early, who are not waited for when they are slow.</param>
    /// <exception cref="SlipwayException">
    /// CommandNotFound, CommandNotExecutable, or the kind and sentence of the step that failed. Nothing is left of the attempt.
    /// </exception>
    public MonitorSession Start(MonitorConfig config, bool attach, IReadOnlyList<SafeFd>? descriptors = null, int more = 0)
    {
        SafeFd socket = Interlocked.Exchange(ref _prepared, null) ?? _spawner.Spawn("monitor");
        byte[] request = MonitorConfigJson.Write(config with { Descriptors = descriptors?.Count ?? 0, Clients = more });
        (SafeFd Ours, SafeFd Theirs)[] clients = [.. Enumerable.Range(0, more).Select(static _ => UnixSocket.Pair())];
        try
        {
            (byte[] reply, string? timing) = Launch(socket, FrameType.LaunchContainer, request, attach, [.. descriptors ?? [], .. clients.Select(static c => c.Theirs)]);
            ContainerState state = ContainerStateJson.Read(reply);
            return new MonitorSession(state, attach ? new AttachStream(socket) : null) { Timing = timing, More = [.. clients.Select(static c => new AttachStream(c.Ours))] };
        }
        catch
        {
            foreach ((SafeFd ours, _) in clients)
                ours.Dispose();
            throw;
        }
        finally
        {
            foreach ((_, SafeFd theirs) in clients)
                theirs.Dispose();
        }
    }

    /// <summary>What <see cref="Start"/> would do, for people: each step with its system calls and the setting behind it. Nothing is started or made.</summary>
    /// <param name="config">What would be started; its bundle needn't exist.</param>
    /// <param name="spec">What the bundle's config.json would say.</param>
    /// <param name="made">Directories that bind mounts name and that would be made before.</param>
    /// <exception cref="SlipwayException">What would be wrong with the start, as far as that can be known.</exception>
    public string Explain(MonitorConfig config, RuntimeSpec spec, IReadOnlyList<string> made)
    {
        SafeFd socket = Interlocked.Exchange(ref _prepared, null) ?? _spawner.Spawn("monitor");
        (byte[] reply, _) = Launch(socket, FrameType.Explain, PlanRequestJson.Write(new PlanRequest(config, spec, made)), attach: false, []);
        return Encoding.UTF8.GetString(reply);
    }

    /// <summary>Starts a process in a running container and returns once its program has been executed.</summary>
    /// <exception cref="SlipwayException">As <see cref="Start"/>; Conflict when the container has ended.</exception>
    public ExecSession Exec(ExecConfig config, bool attach)
    {
        SafeFd socket = _spawner.Spawn("monitor-exec");
        byte[] request = ExecConfigJson.Write(config);
        (byte[] reply, _) = Launch(socket, FrameType.LaunchExec, request, attach, []);
        return new ExecSession(BinaryPrimitives.ReadInt32BigEndian(reply), attach ? new AttachStream(socket) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _prepared, null)?.Dispose();
        _spawner.Dispose();
    }

    private static (byte[] Reply, string? Timing) Launch(SafeFd socket, FrameType type, byte[] request, bool attach, IReadOnlyList<SafeFd> descriptors)
    {
        bool keep = false;
        try
        {
            FrameChannel.Send(socket, type, [(byte)(attach ? 1 : 0), .. request]);
            DescriptorMessage.SendAll(socket, descriptors);
            (FrameType answer, byte[] reply) = Receive(socket);
            string? timing = null;
            if (answer == FrameType.Timing)
            {
                timing = Encoding.UTF8.GetString(reply);
                (answer, reply) = Receive(socket);
            }
            if (answer == FrameType.Failed)
                throw LaunchError.Decode(reply);
            keep = attach;
            return (reply, timing);
        }
        finally
        {
            if (!keep)
                socket.Dispose();
        }
    }

    private static (FrameType Type, byte[] Payload) Receive(SafeFd socket)
    {
        FrameHeader? header = FrameChannel.ReceiveHeader(socket);
        byte[]? payload = header is null ? null : FrameChannel.ReceivePayload(socket, header.Value, MaxReply);
        return payload is null
            ? throw new SlipwayException(ErrorKind.Internal, "slip-runtime ended before it had started the process")
            : (header!.Value.Type, payload);
    }
}
