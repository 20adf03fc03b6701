using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;

namespace Slipway.Runtime.Monitoring;

/// <summary>The executable's two verbs that serve a launcher: it waits at the launch socket for what to do.</summary>
public static class MonitorProgram
{
    private const int MaxRequest = 16 * 1024 * 1024;

    // SIGHUP, SIGINT, SIGPIPE, SIGTERM: only the end of its process ends a monitor. The start gives the process itself the default ones.
    private static readonly int[] s_ignored = [1, 2, 13, 15];

    /// <summary>Serves what the launcher asks for. 0 when the process ran (whatever its own code), or when no request came; 1 when it could not be started.</summary>
    /// <param name="serve">
    /// Makes the program's service out of what <see cref="MonitorConfig.Service"/> says and its two descriptors: what runs on a thread of its own.
    /// </param>
    public static int Run(Func<string, SafeFd, SafeFd, Action> serve)
    {
        IgnoredSignals.Add(s_ignored);
        FdIo.CloseFrom(RuntimeSpawner.LaunchSocket + 1);
        SafeFd launch = FdIo.Adopt(RuntimeSpawner.LaunchSocket);
        try
        {
            FrameHeader? header = FrameChannel.ReceiveHeader(launch);
            byte[]? request = header is null ? null : FrameChannel.ReceivePayload(launch, header.Value, MaxRequest);
            // Prepared and not needed after all: the launcher has closed its end.
            if (request is null or [])
                return 0;
            Serve(launch, header!.Value.Type, request, serve);
            return 0;
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            if (!launch.IsClosed)
                FrameChannel.Send(launch, FrameType.Failed, LaunchError.Encode(e));
            return 1;
        }
    }

    private static void Serve(SafeFd launch, FrameType type, byte[] request, Func<string, SafeFd, SafeFd, Action> serve)
    {
        bool attach = request[0] == 1;
        ReadOnlySpan<byte> json = request.AsSpan(1);
        if (type == FrameType.LaunchContainer)
        {
            MonitorConfig config = MonitorConfigJson.Read(json);
            Action<string>? timing = config.Timing ? text => FrameChannel.Send(launch, FrameType.Timing, Encoding.UTF8.GetBytes(text)) : null;
            // Held until this process ends.
            List<SafeFd> held = DescriptorMessage.Receive(launch, config.Descriptors + config.Clients);
            List<SafeFd> clients = held[config.Descriptors..];
            held.RemoveRange(config.Descriptors, config.Clients);
            int afterNetwork = config.GivesNetwork ? 1 : 0;
            int afterService = afterNetwork + (config.Service is null ? 0 : 2);
            if (config.Service is { } service)
                StartService(serve(service, held[afterNetwork], held[afterNetwork + 1]));
            var more = new HeldDescriptors(config.RunDir, held[afterService..(afterService + config.Ports)], (told, datagrams, streams) => StartService(serve(told, datagrams, streams)));
            new ContainerMonitor(config, BundleStarter.Load(config, timing, held), TimeProvider.System) { Lock = config.EndsWithLock ? held[^1] : null, Clients = clients, Held = more }.Run(launch, attach);
            GC.KeepAlive(held);
        }
        else if (type == FrameType.Explain)
        {
            FrameChannel.Send(launch, FrameType.Plan, Encoding.UTF8.GetBytes(MonitorPlan.Explain(PlanRequestJson.Read(json)).Render()));
        }
        else if (type == FrameType.LaunchExec)
        {
            ExecConfig config = ExecConfigJson.Read(json);
            new ExecMonitor(new JoinStarter(config), config.OpenStdin).Run(launch, attach);
        }
    }

    // Not this thread: the container dies with it, and it is the one that waits for the container.
    private static void StartService(Action run)
    {
        const int StackSize = 256 * 1024;
        new Thread(() => run(), StackSize) { IsBackground = true, Name = "service" }.Start();
    }
}
