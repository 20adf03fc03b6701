using Slipway.Oci;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class PauseCommands
{
    public static Command Pause { get; } = new("pause", "ID", "freeze all processes of a container", [], static (arguments, session) =>
    {
        using RuntimeContainer container = RuntimeContainer.Open(session.Root, arguments.Operands[0]);
        Require(container, ContainerStatus.Running, ContainerStatus.Created);
        if (container.Cgroup.IsShared())
            throw new SlipwayException(ErrorKind.Conflict, $"pause container \"{container.Id}\": its cgroup is shared, and the others in it would stop too");
        container.Cgroup.Freeze();
        return 0;
    });

    public static Command Resume { get; } = new("resume", "ID", "let a container that is paused go on", [], static (arguments, session) =>
    {
        using RuntimeContainer container = RuntimeContainer.Open(session.Root, arguments.Operands[0]);
        Require(container, ContainerStatus.Paused);
        container.Cgroup.Thaw();
        return 0;
    });

    private static void Require(RuntimeContainer container, params ReadOnlySpan<ContainerStatus> wanted)
    {
        ContainerStatus status = container.Status();
        if (!wanted.Contains(status))
            throw new SlipwayException(ErrorKind.Conflict, $"container \"{container.Id}\" is {status.Word()}, not {wanted[0].Word()}");
    }
}
