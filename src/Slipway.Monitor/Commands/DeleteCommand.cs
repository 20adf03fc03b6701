namespace Slipway.Monitor.Commands;

internal static class DeleteCommand
{
    public static Command Command { get; } = new("delete", "ID", "remove a container that has ended",
    [
        new("force", null, "kill it first if it runs; no such container is no error", 'f'),
    ], static (arguments, session) =>
    {
        session.Operations.Delete(arguments.Operands[0], arguments.Has("force"));
        return 0;
    });
}
