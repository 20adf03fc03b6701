using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Lifecycle;

/// <summary>A container that was created, as one call of the runtime finds it.</summary>
public sealed class RuntimeContainer : IDisposable
{
    private RuntimeContainer(ContainerDirectory directory, RuntimeSpec spec, ContainerRecord record)
    {
        Directory = directory;
        Spec = spec;
        Record = record;
    }

    /// <summary>Its directory, and its lock.</summary>
    public ContainerDirectory Directory { get; }

    /// <summary>The configuration that it was made of.</summary>
    public RuntimeSpec Spec { get; }

    /// <summary>What is known of it.</summary>
    public ContainerRecord Record { get; }

    /// <summary>Whether a pid namespace was made for it.</summary>
    public bool HasOwnPids => Spec.Linux?.Namespaces?.Any(static entry => entry.Type == "pid" && entry.Path is null or "") == true;

    /// <summary>The container's id.</summary>
    public string Id => Directory.Id;

    /// <summary>Its control groups.</summary>
    public Cgroup Cgroup => Cgroup.Open(Record.CgroupPaths);

    /// <summary>Opens a container and holds its lock.</summary>
    /// <exception cref="SlipwayException">NotFound; Corrupt when it was never created in full.</exception>
    public static RuntimeContainer Open(RuntimeRoot root, string id) => Of(root.Open(id));

    /// <summary>Opens a container to look at it, whoever holds its lock.</summary>
    /// <inheritdoc cref="Open"/>
    public static RuntimeContainer Look(RuntimeRoot root, string id) => Of(root.Look(id));

    private static RuntimeContainer Of(ContainerDirectory directory)
    {
        try
        {
            ContainerRecord record = directory.ReadRecord()
                ?? throw new SlipwayException(ErrorKind.Corrupt, $"container \"{directory.Id}\" was never created in full")
                {
                    Hint = $"remove it: delete --force {directory.Id}",
                };
            return Of(directory, record);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    internal static RuntimeContainer Of(ContainerDirectory directory, ContainerRecord record) => new(directory, directory.ReadConfig(), record);

    /// <summary>Asks the kernel.</summary>
    public ContainerStatus Status()
    {
        if (ProcessStat.StartTime(Record.Pid) != Record.PidStartTime)
            return ContainerStatus.Stopped;
        if (File.Exists(Directory.FifoPath))
            return ContainerStatus.Created;
        return Cgroup.IsFrozen() ? ContainerStatus.Paused : ContainerStatus.Running;
    }

    /// <summary>The state document for hooks and for <c>state</c>.</summary>
    public OciState Describe(ContainerStatus status) => Describe(Id, Spec, Record, status);

    internal static OciState Describe(string id, RuntimeSpec spec, ContainerRecord record, ContainerStatus status) => new()
    {
        OciVersion = spec.OciVersion,
        Id = id,
        Status = status.Word(),
        Pid = status == ContainerStatus.Stopped ? 0 : record.Pid,
        Bundle = record.Bundle,
        Annotations = spec.Annotations,
    };

    /// <summary>The container's process; null when it has ended.</summary>
    public SafeFd? OpenProcess()
    {
        SafeFd? process = PidFd.TryOpen(Record.Pid);
        if (process is null || ProcessStat.StartTime(Record.Pid) == Record.PidStartTime)
            return process;
        process.Dispose();
        return null;
    }

    /// <summary>The ids of its processes.</summary>
    public IReadOnlyList<int> ProcessIds()
    {
        using SafeFd? process = OpenProcess();
        using OwnProcesses own = OwnProcesses(process);
        return own.Ids();
    }

    /// <param name="process">Of <see cref="OpenProcess"/>.</param>
    internal OwnProcesses OwnProcesses(SafeFd? process) => Lifecycle.OwnProcesses.Of(Cgroup, Spec.Linux, process, Record.Pid);

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();
}
