using System.Text;
using Slipway.Linux;
using Slipway.Linux.Memory;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class PsCommand
{
    public static Command Command { get; } = new("ps", "ID [OPTION OF ps...]", "list the processes of a container",
    [
        new("format", "table|json", "how: as ps prints them, or their ids", 'f'),
    ], Run) { Count = (1, int.MaxValue), EndsAtOperand = true };

    private static int Run(Arguments arguments, Session session)
    {
        using RuntimeContainer container = RuntimeContainer.Look(session.Root, arguments.Operands[0]);
        HashSet<int> pids = [.. container.ProcessIds()];
        switch (arguments.Value("format") ?? "table")
        {
            case "json":
                Output.Write(1, $"[{string.Join(',', pids.Order())}]\n");
                break;
            case "table":
                IEnumerable<string> options = arguments.Operands.Skip(1);
                Output.Write(1, Only(pids, Ask(["ps", .. options.Any() ? options : ["-ef"]])));
                break;
            default:
                throw Arguments.Wrong("format", arguments.Value("format")!, "table or json");
        }
        return 0;
    }

    // The host's own ps, on the host: never one that a container could bring along.
    private static string Ask(IReadOnlyList<string> command)
    {
        using SafeFd output = MemoryFile.Create("ps");
        using SafeFd nothing = FdIo.OpenNull();
        int pid = Spawn.Start("/bin/ps", command, ["PATH=/usr/bin:/bin"], [nothing, output, nothing], newSession: false);
        using SafeFd process = PidFd.TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH);
        Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        if (PidFd.TryReap(process) is not { ExitCode: 0 })
            throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(string.Join(' ', command))}' failed");
        return Encoding.UTF8.GetString(MemoryFile.ReadAll(output));
    }

    // The head, and the lines whose PID column is one of the container's.
    private static string Only(HashSet<int> pids, string table)
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
