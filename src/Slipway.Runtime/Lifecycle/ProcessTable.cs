using System.Text;
using Slipway.Linux;
using Slipway.Linux.Memory;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Lifecycle;

/// <summary>The lines of ps(1) about some processes.</summary>
public static class ProcessTable
{
    /// <summary>Asks the host's own ps, on the host: never one that a container could bring along.</summary>
    /// <param name="pids">Whose lines are kept, under the head.</param>
    /// <param name="options">Of ps; none: <c>-ef</c>.</param>
    /// <exception cref="SlipwayException">InvalidArgument: ps doesn't take the options, or prints no PID column with them.</exception>
    public static string Of(IReadOnlySet<int> pids, IReadOnlyList<string> options) => Only(pids, Ask(["ps", .. options.Count > 0 ? options : ["-ef"]]));

    private static string Ask(string[] command)
    {
        using SafeFd output = MemoryFile.Create("ps"), errors = MemoryFile.Create("ps");
        using SafeFd nothing = FdIo.OpenNull();
        int pid = Spawn.Start("/bin/ps", command, ["PATH=/usr/bin:/bin"], [nothing, output, errors], newSession: false);
        using SafeFd process = PidFd.TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH);
        Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        if (PidFd.TryReap(process) is not { ExitCode: 0 })
        {
            // Its first line says what is wrong; those that follow, how it is used.
            string said = Encoding.UTF8.GetString(MemoryFile.ReadAll(errors)).Split('\n')[0].Trim();
            throw new SlipwayException(ErrorKind.InvalidArgument, $"ps: {Printable.Escape(said.Length > 0 ? said : string.Join(' ', command[1..]) + " failed")}");
        }
        return Encoding.UTF8.GetString(MemoryFile.ReadAll(output));
    }

    private static string Only(IReadOnlySet<int> pids, string table)
    {
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), "PID");
        if (column < 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "ps printed no PID column");
        var kept = new StringBuilder(lines[0]).Append('\n');
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length > column && int.TryParse(cells[column], out int pid) && pids.Contains(pid))
                kept.Append(line).Append('\n');
        }
        return kept.ToString();
    }
}
