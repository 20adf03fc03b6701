using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Hooks;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Lifecycle;

/// <summary>A container while it is being made: its hooks and its record.</summary>
internal sealed class BornContainer(ContainerDirectory directory, RuntimeSpec spec, CreateRequest request, DateTimeOffset created, Action<string> warn)
{
    private ContainerRecord _record = new()
    {
        Bundle = request.Bundle,
        Rootfs = Path.GetFullPath(Path.Combine(request.Bundle, spec.Root?.Path ?? "")),
        Created = created,
        Pid = 0,
        PidStartTime = 0,
        CgroupPaths = [],
    };

    public bool HasCreateHooks => StartHooks.AreOfCreate(spec);

    /// <summary>With everything mounted, before the root changes.</summary>
    public void RunCreateHooks(ContainerBirth birth)
    {
        Know(birth);
        StartHooks.RunCreate(spec, birth.Pid, _record.Rootfs, Describe);
    }

    /// <summary>With nothing left to do but to execute. From now on the container exists.</summary>
    public void Record(ContainerBirth birth, bool starts)
    {
        Know(birth);
        directory.WriteRecord(_record);
        if (starts)
            StartHooks.RunStart(spec, birth.Pid, directory.SeccompCache, Describe(ContainerStatus.Created));
    }

    public void RunPoststart() => HookRunner.RunAnyway(spec.Hooks?.Poststart, "poststart", Describe(ContainerStatus.Running), warn);

    public void RunPoststop() => HookRunner.RunAnyway(spec.Hooks?.Poststop, "poststop", Describe(ContainerStatus.Stopped), warn);

    private void Know(ContainerBirth birth) => _record = _record with
    {
        Pid = birth.Pid,
        PidStartTime = ProcessStat.StartTime(birth.Pid) ?? 0,
        CgroupPaths = birth.Cgroup.Paths,
    };

    private OciState Describe(ContainerStatus status) => RuntimeContainer.Describe(directory.Id, spec, _record, status);
}
