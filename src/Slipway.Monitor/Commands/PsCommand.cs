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
                Output.Write(1, ProcessTable.Of(pids, [.. arguments.Operands.Skip(1)]));
                break;
            default:
                throw Arguments.Wrong("format", arguments.Value("format")!, "table or json");
        }
        return 0;
    }
}
