using System.Globalization;

namespace Slipway.Bench.Containers;

/// <summary>A container that writes a gigabyte to its log: what its monitor takes at most, and what of the log stays.</summary>
internal static class LogFlood
{
    private const string Lines = "yes 'a line of a log that nobody has limited, sixty-four bytes long.' | head -c 1000000000";
    private const int PollMilliseconds = 20;

    public static void Run(ContainerEngine slip, Report report)
    {
        if (!slip.Do(slip.Run(["-d", "--network", "none", "--name", "flood"], "sh", "-c", Lines)))
            throw new InvalidOperationException("the container that floods its log did not start");
        string log = slip.Read("inspect", "-f", "{{.LogPath}}", "flood");
        long peak = 0;
        while (slip.Read("inspect", "-f", "{{.State.Running}}", "flood") == "true")
        {
            peak = Math.Max(peak, Monitors.Sum("VmHWM:", "status"));
            Images.ImagePlace.Wait(PollMilliseconds);
        }
        long kept = Directory.EnumerateFiles(Path.GetDirectoryName(log)!, Path.GetFileName(log) + "*").Sum(f => new FileInfo(f).Length);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"\na container that logs 1 GB: {peak / 1024.0:0.0} MiB at most for its monitor (VmHWM), {kept / 1048576.0:0.0} MiB of log kept"));
        slip.Do(slip.Words("rm", "-f", "flood"));
    }
}
