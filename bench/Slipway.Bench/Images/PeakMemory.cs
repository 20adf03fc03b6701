using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Bench.Images;

/// <summary>Peaks of a command's resident memory (VmHWM in proc_pid_status(5)), looked at until it ends.</summary>
internal static class PeakMemory
{
    private const int PollMilliseconds = 2;

    /// <summary>KiB.</summary>
    public static long Of(IReadOnlyList<string> argv)
    {
        using SafeFd nothing = FdIo.OpenNull();
        int pid = Spawn.Start(argv[0], argv, Command.Environment, [nothing, nothing, nothing], newSession: false);
        using SafeFd process = PidFd.TryOpen(pid)!;
        long peak = 0;
        do
            peak = Math.Max(peak, Read(pid));
        while (Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], PollMilliseconds) == 0);
        if (PidFd.TryReap(process)?.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', argv)} failed");
        return peak;
    }

    private static long Read(int pid)
    {
        string? line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture);
    }
}
