namespace Slipway.Monitor.Commands;

internal static class StartCommand
{
    public static Command Command { get; } = new("start", "ID", "execute the program of a container that was created", [], static (arguments, session) =>
    {
        session.Operations.Start(arguments.Operands[0]);
        return 0;
    });
}
