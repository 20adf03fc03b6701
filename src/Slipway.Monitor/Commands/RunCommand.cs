using Slipway.Runtime.Lifecycle;
using Slipway.Runtime.Process;

namespace Slipway.Monitor.Commands;

internal static class RunCommand
{
    public static Command Command { get; } = new("run", "ID", "make a container, start it and wait for its end",
    [
        .. CreateCommand.Options,
        new("detach", null, "don't wait", 'd'),
        new("keep", null, "don't delete the container when it ends"),
        new("no-subreaper", null, "leave processes that lose their parent to init"),
    ], Run);

    private static int Run(Arguments arguments, Session session)
    {
        bool detached = arguments.Has("detach");
        CreateRequest request = CreateCommand.RequestOf(arguments, session) with { Id = arguments.Operands[0], Detached = detached };
        using StartedProcess started = session.Creation.Run(request);
        if (detached)
            return 0;
        int code = Foreground.Wait(started);
        if (!arguments.Has("keep"))
            session.Operations.Delete(request.Id, force: true);
        return code;
    }
}
