using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Attach;

/// <summary>
/// Changes what the monitor of a container that runs holds for it: what it was not given at the start, since the container came into a network
/// only later. The caller holds the container's lock.
/// </summary>
public static class RunningMonitor
{
    // As many as one message takes, so that they come all at once.
    private const int MostAtOnce = 200;
    private const int AnswerMilliseconds = 5000;

    /// <summary>Makes it let go of the host's ports.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <exception cref="SlipwayException">Conflict: it has ended, doesn't answer, or is of a version that can't.</exception>
    public static void DropPorts(string runDir) => Hold(runDir, HeldKind.DropPorts, []);

    /// <summary>Makes it hold ports until it ends.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <param name="ports">Bound sockets; they stay the caller's, too.</param>
    /// <exception cref="SlipwayException">As for <see cref="DropPorts"/>.</exception>
    public static void HoldPorts(string runDir, IReadOnlyList<SafeFd> ports)
    {
        ArgumentNullException.ThrowIfNull(ports);
        foreach (SafeFd[] part in ports.Chunk(MostAtOnce))
            Hold(runDir, HeldKind.Ports, part);
    }

    /// <summary>Begins the program's service beside the container, as <see cref="Bundles.MonitorConfig.Service"/> does at a start.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <param name="service">What it is told.</param>
    /// <param name="datagrams">Its two descriptors; they stay the caller's, too.</param>
    /// <param name="streams">The other.</param>
    /// <exception cref="SlipwayException">As for <see cref="DropPorts"/>.</exception>
    public static void BeginService(string runDir, string service, SafeFd datagrams, SafeFd streams)
    {
        File.WriteAllText(RunFiles.Service(runDir), service, Encoding.UTF8);
        Hold(runDir, HeldKind.Service, [datagrams, streams]);
    }

    private static void Hold(string runDir, HeldKind kind, IReadOnlyList<SafeFd> files)
    {
        try
        {
            using SafeFd socket = SocketAddress.Connect(runDir, RunFiles.SocketName);
            if (!FrameChannel.Send(socket, FrameType.Hold, [(byte)kind, (byte)files.Count]) || !IsReady(socket))
                throw Refused(null);
            if (files.Count == 0)
                return;
            DescriptorMessage.SendAll(socket, files);
            if (!IsReady(socket))
                throw Refused(null);
        }
        catch (LinuxException e)
        {
            throw Refused(e);
        }
    }

    // What the container prints comes to every client.
    private static bool IsReady(SafeFd socket)
    {
        const int Chunk = 4096;
        Span<byte> skipped = stackalloc byte[Chunk];
        while (Poller.Wait([new PollEntry(socket.Number, PollEvents.Readable)], AnswerMilliseconds) > 0 && FrameChannel.ReceiveHeader(socket) is { } header)
        {
            if (header.Type == FrameType.Ready)
                return true;
            for (uint left = header.Length; left > 0;)
            {
                Span<byte> part = skipped[..(int)Math.Min(left, Chunk)];
                if (!FrameChannel.Fill(socket, part))
                    return false;
                left -= (uint)part.Length;
            }
        }
        return false;
    }

    private static SlipwayException Refused(Exception? cause) =>
        new(ErrorKind.Conflict, "the container's monitor takes nothing more: it has just ended, or is of an older version", cause) { Hint = "start the container again" };
}
