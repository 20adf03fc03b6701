using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Attach;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// One process inside a running container, relayed to the client that asked for it: neither log, state file nor further clients. It ends
/// with the container at the latest. The process never gets a descriptor of the caller's own terminal.
/// </summary>
internal sealed class ExecMonitor(IContainerStarter starter, bool openStdin)
{
    /// <summary>Starts the process, answers its host pid, relays, and delivers the exit code.</summary>
    public void Run(SafeFd launch, bool attach)
    {
        using LaunchedProcess process = LaunchedProcess.Start(starter, openStdin);
        byte[] pid = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(pid, process.Container.Pid);
        FrameChannel.Send(launch, FrameType.Started, pid);
        if (!attach)
            launch.Dispose();
        using var relay = new Relay(process.Container.PidFd, process.Streams, stdinOnce: true, log: null, listener: null, attach ? launch : null);
        relay.Run();
        ProcessEnd end = PidFd.TryReap(process.Container.PidFd) ?? default;
        process.Container.CleanUp();
        relay.Finish(end.ExitCode);
    }
}
