using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Cgroups;

/// <content>The processes in it.</content>
public sealed partial class Cgroup
{
    /// <summary>Ids of all processes in it and below, as this process sees them, without order.</summary>
    public IReadOnlyList<int> Processes() => Paths.Count == 0 ? [] : [.. Members(Paths[0]).Distinct()];

    /// <summary>Sends a signal to all processes in it of which this says yes. One that has ended meanwhile is no error.</summary>
    internal void Signal(int signal, Func<int, bool> isOurs)
    {
        foreach (int pid in Processes())
        {
            using SafeFd? process = PidFd.TryOpen(pid);
            if (process is not null && isOurs(pid))
                PidFd.Signal(process, signal);
        }
    }

    private static List<int> Members(string directory)
    {
        var pids = new List<int>();
        foreach (string line in ReadMembers(directory).Split('\n'))
        {
            // 0 is a process of another pid namespace, which can't be named from here.
            if (int.TryParse(line, out int pid) && pid > 0)
                pids.Add(pid);
        }
        if (!Directory.Exists(directory))
            return pids;
        foreach (string child in Directory.EnumerateDirectories(directory))
            pids.AddRange(Members(child));
        return pids;
    }

    // A threaded group of v2 has threads, whose processes are named at the top of its domain only: it says EOPNOTSUPP.
    private static string ReadMembers(string directory)
    {
        try
        {
            return SmallFile.TryReadText($"{directory}/cgroup.procs") ?? "";
        }
        catch (LinuxException error) when (error.Errno == Errno.EOPNOTSUPP)
        {
            IEnumerable<string> threads = (SmallFile.TryReadText($"{directory}/cgroup.threads") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return string.Join('\n', threads.Select(ProcessOf).Distinct());
        }
    }

    // proc_pid_status(5).
    private static string ProcessOf(string thread) =>
        (SmallFile.TryReadText($"/proc/{thread}/status") ?? "").Split('\n').FirstOrDefault(line => line.StartsWith("Tgid:", StringComparison.Ordinal))?[5..].Trim() ?? "";
}
