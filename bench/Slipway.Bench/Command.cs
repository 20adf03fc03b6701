using System.Diagnostics;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Bench;

/// <summary>A whole command, or several one after another, timed from outside: from its start to its exit. Its streams are /dev/null.</summary>
internal sealed class Command(string name, params IReadOnlyList<string>[] steps)
{
    /// <summary>What every command gets: ours.</summary>
    public static string[] Environment { get; } =
        [.. System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}")];

    public string Name => name;

    /// <summary>Runs it once; milliseconds, or null where it failed.</summary>
    public double? Time()
    {
        double total = 0;
        foreach (IReadOnlyList<string> step in steps)
        {
            if (Time(step) is not { } time)
                return null;
            total += time;
        }
        return total;
    }

    /// <summary>The path of a program, or null where it isn't installed.</summary>
    public static string? Find(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    private double? Time(IReadOnlyList<string> argv)
    {
        using SafeFd nothing = FdIo.OpenNull();
        long start = Stopwatch.GetTimestamp();
        int pid = Spawn.Start(argv[0], argv, Environment, [nothing, nothing, nothing], newSession: false);
        using SafeFd process = PidFd.TryOpen(pid) ?? throw new InvalidOperationException($"{name} ended before it could be waited for");
        Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return PidFd.TryReap(process)?.ExitCode == 0 ? elapsed : null;
    }
}
