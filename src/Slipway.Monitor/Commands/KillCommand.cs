using Slipway.Linux.Processes;

namespace Slipway.Monitor.Commands;

internal static class KillCommand
{
    private const int SIGTERM = 15;

    public static Command Command { get; } = new("kill", "ID [SIGNAL]", "send a signal, SIGTERM unless given, to a container's process",
    [
        new("all", null, "to all processes of the container", 'a'),
    ], Run) { Count = (1, 2) };

    private static int Run(Arguments arguments, Session session)
    {
        int signal = SIGTERM;
        // 0 sends nothing and asks whether there is somebody (kill(2)).
        if (arguments.Operands is [_, "0"])
            signal = 0;
        else if (arguments.Operands.Count > 1 && !SignalNames.TryParse(arguments.Operands[1], out signal))
            throw new Oci.SlipwayException(Oci.ErrorKind.InvalidArgument, $"unknown signal '{Linux.Printable.Escape(arguments.Operands[1])}'");
        session.Operations.Kill(arguments.Operands[0], signal, arguments.Has("all"));
        return 0;
    }
}
