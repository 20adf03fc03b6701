using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Process;

/// <summary>What the parent does for a child that waits at a checkpoint: what only the host's root may write, and the caller's hooks.</summary>
internal sealed class ParentDuties(RuntimeSpec spec, StartOptions options, NamespacePlan namespaces, Cgroup cgroup)
{
    public void At(Checkpoint checkpoint, int pid)
    {
        switch (checkpoint)
        {
            case Checkpoint.Mapped:
                WriteMaps(pid);
                break;
            case Checkpoint.Unshared:
                SmallFile.Write($"/proc/{pid}/timens_offsets", namespaces.TimeOffsets!);
                break;
            case Checkpoint.Mounted:
                options.Mounted?.Invoke(new ContainerBirth(pid, cgroup));
                break;
            case Checkpoint.Ready:
                options.Ready?.Invoke(new ContainerBirth(pid, cgroup));
                break;
        }
    }

    // A map is written in one call, once (user_namespaces(7)). A namespace that was joined has its maps.
    private void WriteMaps(int pid)
    {
        if (namespaces.New.HasFlag(Linux.Namespaces.CloneFlags.CLONE_NEWUSER))
        {
            SmallFile.Write($"/proc/{pid}/uid_map", TextOf(spec.Linux?.UidMappings));
            SmallFile.Write($"/proc/{pid}/gid_map", TextOf(spec.Linux?.GidMappings));
        }
        if (spec.Process?.OomScoreAdj is { } score)
            SmallFile.Write($"/proc/{pid}/oom_score_adj", score.ToString());
    }

    private static string TextOf(IReadOnlyList<IdMapping>? mappings) =>
        string.Concat((mappings ?? []).Select(mapping => $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n"));
}
