using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Cgroups.Limits;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Gives a container other limits while it runs.</summary>
public static class ContainerUpdate
{
    /// <summary>Sets what the changes name, and keeps it in the container's config.json: a later update starts from there.</summary>
    /// <param name="root">Where containers are kept.</param>
    /// <param name="id">The container.</param>
    /// <param name="changes">Zeros, as nulls, leave a limit as it is (config-linux.md#control-groups knows no limit of 0).</param>
    /// <param name="warn">Takes what has no effect here, a sentence each.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict when it has ended; and as <see cref="Cgroup.Update"/>.</exception>
    public static void Apply(RuntimeRoot root, string id, ResourcesSpec changes, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(changes);
        using RuntimeContainer container = RuntimeContainer.Open(root, id);
        if (container.Status() == ContainerStatus.Stopped)
            throw new SlipwayException(ErrorKind.Conflict, $"container not running: \"{container.Id}\"");
        foreach (string note in CgroupLimits.Notes(changes, CgroupHost.Read()))
            warn(note);
        LinuxSpec linux = container.Spec.Linux ?? new LinuxSpec();
        ResourcesSpec kept = linux.Resources ?? new ResourcesSpec();
        Cgroup updated = container.Cgroup.Update(WithShares(changes, kept));
        if (!updated.Paths.SequenceEqual(container.Record.CgroupPaths))
            container.Directory.WriteRecord(container.Record with { CgroupPaths = updated.Paths });
        RuntimeSpec spec = container.Spec with { Linux = linux with { Resources = ResourcesMerge.Over(kept, changes) } };
        container.Directory.WriteConfig(RuntimeSpecJson.Write(spec));
    }

    // A group that was idle has lost its shares: the kernel sets them to the default when it is so no longer.
    private static ResourcesSpec WithShares(ResourcesSpec changes, ResourcesSpec kept) => changes.Cpu is { Idle: 0, Shares: null or 0 } cpu
        ? changes with { Cpu = cpu with { Shares = kept.Cpu?.Shares } }
        : changes;
}
