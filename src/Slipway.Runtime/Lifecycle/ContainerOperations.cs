using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Hooks;

namespace Slipway.Runtime.Lifecycle;

/// <summary>What is done to a container that was created: start, kill, delete (runtime.md#operations).</summary>
/// <param name="root">Where containers are kept.</param>
/// <param name="warn">Takes what went wrong and does not matter enough to fail.</param>
public sealed class ContainerOperations(RuntimeRoot root, Action<string> warn)
{
    private const int SIGKILL = 9, EndTimeout = 10_000, Grace = 100;

    /// <summary>Executes the program of a container that was created.</summary>
    /// <exception cref="SlipwayException">NotFound; Conflict when it isn't waiting to be started.</exception>
    public void Start(string id)
    {
        using RuntimeContainer container = RuntimeContainer.Open(root, id);
        ContainerStatus status = container.Status();
        if (status != ContainerStatus.Created)
            throw new SlipwayException(ErrorKind.Conflict, $"cannot start a container that is not waiting to be started: \"{id}\" is {status.Word()}");
        HookRunner.RunInside(container.Spec.Hooks?.StartContainer, "startContainer", container.Describe(status),
            HookPlace.ForStart(container.Record.Pid, container.Spec, container.Directory.SeccompCache));
        using (SafeFd? fifo = Fifo.TryOpenWriter(container.Directory.FifoPath))
        {
            if (fifo is null || !FdIo.WriteAll(fifo, "0"u8))
                throw new SlipwayException(ErrorKind.Conflict, $"cannot start a container that is not waiting to be started: \"{id}\" has ended");
        }
        File.Delete(container.Directory.FifoPath);
        HookRunner.RunAnyway(container.Spec.Hooks?.Poststart, "poststart", container.Describe(ContainerStatus.Running), warn);
    }

    /// <summary>Sends a signal to the container's process, or to all processes in its cgroup.</summary>
    /// <exception cref="SlipwayException">NotFound; Conflict when it doesn't run.</exception>
    public void Kill(string id, int signal, bool all)
    {
        // Not held up by whoever works on it: a kill may be what that waits for.
        using RuntimeContainer container = RuntimeContainer.Look(root, id);
        using SafeFd? process = container.OpenProcess();
        // The first process of a pid namespace takes all others with it (pid_namespaces(7)). Without one of its own, they have to be killed too.
        bool takesAll = all || (signal == SIGKILL && !container.HasOwnPids);
        // Without a cgroup the process is all that is known of.
        if (takesAll && container.Record.CgroupPaths.Count > 0)
        {
            using OwnProcesses own = container.OwnProcesses(process);
            if (!all && process is null && own.Ids().Count == 0)
                throw new SlipwayException(ErrorKind.Conflict, $"container not running: \"{id}\"");
            own.Signal(signal);
            return;
        }
        if (process is null || !PidFd.Signal(process, signal))
            throw new SlipwayException(ErrorKind.Conflict, $"container not running: \"{id}\"");
        // A frozen process dies only once it is thawed, and nothing else needs to happen in between.
        if (signal == SIGKILL && container.Cgroup.IsFrozen())
            container.Cgroup.Thaw();
    }

    /// <summary>Removes what is left of a container that has ended.</summary>
    /// <param name="id">The container.</param>
    /// <param name="force">Kills it first if it runs, and takes what a creation that was cut off has left; no container is no error.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict when it runs.</exception>
    public void Delete(string id, bool force)
    {
        using ContainerDirectory? directory = force ? root.TryOpen(id) : root.Open(id);
        if (directory is null)
            return;
        ContainerRecord? record = directory.ReadRecord();
        if (record is null && !force)
            throw new SlipwayException(ErrorKind.Conflict, $"container \"{id}\" was never created in full") { Hint = $"remove it: delete --force {id}" };
        if (record is null)
        {
            RemoveUnfinished(directory);
            return;
        }
        using RuntimeContainer container = RuntimeContainer.Of(directory, record);
        ContainerStatus status = container.Status();
        if (!force && status == ContainerStatus.Running)
            status = AfterGrace(container);
        if (!force && status != ContainerStatus.Stopped)
            throw new SlipwayException(ErrorKind.Conflict, $"cannot delete container {id} that is not stopped: {status.Word()}") { Hint = $"kill it first: delete --force {id}" };
        using SafeFd? process = container.OpenProcess();
        using OwnProcesses own = container.OwnProcesses(process);
        End(container, process);
        own.KillAndRemoveCgroup();
        HookRunner.RunAnyway(container.Spec.Hooks?.Poststop, "poststop", container.Describe(ContainerStatus.Stopped), warn);
        directory.Remove();
    }

    // It may have been killed a moment ago.
    private static ContainerStatus AfterGrace(RuntimeContainer container)
    {
        using SafeFd? process = container.OpenProcess();
        bool ended = process is null || Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Grace) > 0;
        return ended ? ContainerStatus.Stopped : ContainerStatus.Running;
    }

    private static void End(RuntimeContainer container, SafeFd? process)
    {
        if (process is null || !PidFd.Signal(process, SIGKILL))
            return;
        if (container.Cgroup.IsFrozen())
            container.Cgroup.Thaw();
        if (Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], EndTimeout) == 0)
            throw new SlipwayException(ErrorKind.Internal, $"process {container.Record.Pid} of container {container.Id} did not end within {EndTimeout / 1000} s after SIGKILL");
    }

    // The runtime was killed before it wrote the record; its child ended with it, or with the channel between them.
    private static void RemoveUnfinished(ContainerDirectory directory)
    {
        if (directory.TryReadConfig() is { } spec)
            Cgroup.Open(CgroupCreator.PossiblePaths(spec.Linux, directory.Id)).KillAndRemove();
        directory.Remove();
    }
}
