using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;

namespace Slipway.Engine.Events;

/// <summary>Networks and volumes that a container has from its start to its end, as events of theirs.</summary>
internal static class ContainerTies
{
    /// <summary>It has started.</summary>
    public static void Started(EngineContext context, ContainerRecord container, DateTimeOffset time)
    {
        foreach (NetworkRecord network in NetworksOf(context, container))
            context.Events.Network(network, "connect", time, ("container", container.Id));
        foreach (MountRequest mount in VolumesOf(container))
        {
            context.Events.Volume(mount.Source, "mount", time,
                ("container", container.Id), ("destination", mount.Target), ("propagation", mount.Propagation ?? ""), ("read/write", mount.ReadOnly ? "false" : "true"));
        }
        context.Events.Container(container, "start", time);
    }

    /// <summary>It has ended: after its own event.</summary>
    public static void Ended(EngineContext context, ContainerRecord container, DateTimeOffset time)
    {
        foreach (NetworkRecord network in NetworksOf(context, container))
            context.Events.Network(network, "disconnect", time, ("container", container.Id));
        foreach (MountRequest mount in VolumesOf(container))
            context.Events.Volume(mount.Source, "unmount", time, ("container", container.Id));
    }

    // One that was removed, by force, while the container was in it can't be told any more.
    private static IEnumerable<NetworkRecord> NetworksOf(EngineContext context, ContainerRecord container)
    {
        IEnumerable<string> names = container.Request.Network is ("none" or "host") and var mode ? [mode] : NetworkManager.AttachmentsOf(container.Request).Select(a => a.Network);
        return names.Select(name => NetworkManager.Find(context, name)).OfType<NetworkRecord>();
    }

    private static IEnumerable<MountRequest> VolumesOf(ContainerRecord container) => container.Request.Mounts.Where(m => m.Kind is MountKind.Volume);
}
