using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
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
    public static int Run()
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
            Serve(launch, header!.Value.Type, request);
            return 0;
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            if (!launch.IsClosed)
                FrameChannel.Send(launch, FrameType.Failed, LaunchError.Encode(e));
            return 1;
        }
    }

    private static void Serve(SafeFd launch, FrameType type, byte[] request)
    {
        bool attach = request[0] == 1;
        ReadOnlySpan<byte> json = request.AsSpan(1);
        if (type == FrameType.LaunchContainer)
        {
            MonitorConfig config = MonitorConfigJson.Read(json);
            Action<string>? timing = config.Timing ? text => FrameChannel.Send(launch, FrameType.Timing, Encoding.UTF8.GetBytes(text)) : null;
            new ContainerMonitor(config, BundleStarter.Load(config, timing), TimeProvider.System).Run(launch, attach);
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
}
