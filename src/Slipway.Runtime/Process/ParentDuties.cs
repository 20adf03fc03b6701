using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Mounts;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Seccomp;

namespace Slipway.Runtime.Process;

/// <summary>What the parent does for a child that waits at a checkpoint: what only the host's root may write, and the caller's hooks.</summary>
internal sealed class ParentDuties(RuntimeSpec spec, StartOptions options, NamespacePlan namespaces, Cgroup cgroup, StartPlan plan) : IDisposable
{
    private readonly TmpfsDuties _tmpfs = new();
    private readonly PlaceDuties _places = new();

    public void At(ChildWaiting waiting)
    {
        int pid = waiting.Child.Pid;
        switch ((Checkpoint)waiting.Checkpoint)
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
            case Checkpoint.Covering:
                _tmpfs.Cover(waiting);
                break;
            case Checkpoint.Configuring:
                _tmpfs.Configure(waiting);
                break;
            case Checkpoint.Filling:
                _tmpfs.Fill(waiting);
                break;
            case Checkpoint.Rooted:
                _places.Take(waiting);
                break;
            case Checkpoint.Dangling:
                _places.Make(plan.Places[waiting.Detail]);
                break;
            case Checkpoint.Filtered:
                SeccompAgent.HandOver(spec.Linux!.Seccomp!, waiting.Child, waiting.Detail, StateOf(pid));
                break;
        }
    }

    public void Dispose()
    {
        _tmpfs.Dispose();
        _places.Dispose();
    }

    private OciState StateOf(int pid) => new()
    {
        OciVersion = spec.OciVersion,
        Id = options.ContainerId,
        Status = "creating",
        Pid = pid,
        Bundle = options.Bundle,
        Annotations = spec.Annotations,
    };

    // A map is written in one call, once (user_namespaces(7)). A namespace that was joined has its maps.
    private void WriteMaps(int pid)
    {
        if (namespaces.New.HasFlag(Linux.Namespaces.CloneFlags.CLONE_NEWUSER))
        {
            SmallFile.Write($"/proc/{pid}/uid_map", OwnerMap.TextOf(spec.Linux?.UidMappings));
            SmallFile.Write($"/proc/{pid}/gid_map", OwnerMap.TextOf(spec.Linux?.GidMappings));
        }
        if (spec.Process?.OomScoreAdj is { } score)
            SmallFile.Write($"/proc/{pid}/oom_score_adj", score.ToString());
    }
}
