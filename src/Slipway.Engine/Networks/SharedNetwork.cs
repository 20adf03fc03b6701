using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.State;

namespace Slipway.Engine.Networks;

/// <summary>The network of a container that runs, for another container or a build's step: <c>--network container:NAME</c>.</summary>
internal static class SharedNetwork
{
    /// <summary>Opens its namespace.</summary>
    /// <param name="context">The engine's.</param>
    /// <param name="other">The container's name or id.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict: it doesn't run.</exception>
    public static (ContainerRecord Target, SafeFd Namespace) Open(EngineContext context, string other)
    {
        ContainerRecord target = new ContainerManager(context).Get(other);
        if (!target.IsRunning || ContainerProbe.ReadState(context.Paths.Run(target.Id)) is not { } state)
            throw NotRunning(target);
        SafeFd space = SmallFile.Open($"/proc/{state.Pid}/ns/net");
        // Its process may have ended, and another have its number: then this is another's network.
        if (ContainerProbe.IsAlive(state))
            return (target, space);
        space.Dispose();
        throw NotRunning(target);
    }

    private static SlipwayException NotRunning(ContainerRecord target) => new(ErrorKind.Conflict, $"cannot join network of a non running container: {target.Id}");
}
