using System.Diagnostics;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Bench;

/// <summary>A whole command, timed from outside: from its start to its exit. Its streams are /dev/null.</summary>
internal sealed class Command(string name, IReadOnlyList<string> argv, Action? before = null)
{
    private static readonly string[] s_environment =
        [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}")];

    public string Name => name;

    /// <summary>Runs it once; milliseconds, or null where it failed.</summary>
    public double? Time()
    {
        before?.Invoke();
        using SafeFd nothing = FdIo.OpenNull();
        long start = Stopwatch.GetTimestamp();
        int pid = Spawn.Start(argv[0], argv, s_environment, [nothing, nothing, nothing], newSession: false);
        using SafeFd process = PidFd.TryOpen(pid) ?? throw new InvalidOperationException($"{name} ended before it could be waited for");
        Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return PidFd.TryReap(process)?.ExitCode == 0 ? elapsed : null;
    }

    /// <summary>The path of a program, or null where it isn't installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
}
