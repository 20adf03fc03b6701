using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;
using Slipway.Runtime.Users;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Starts further processes in a container.</summary>
public static class ContainerExec
{
    /// <summary>Starts one; it is the caller's to wait for.</summary>
    /// <param name="root">Where containers are kept.</param>
    /// <param name="id">The container.</param>
    /// <param name="make">Makes the request out of the container's own process.</param>
    /// <param name="warn">Takes what is wrong with it and does not matter enough to fail.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict when the container has ended, or is paused.</exception>
    public static StartedProcess Start(RuntimeRoot root, string id, Func<ProcessSpec, ExecRequest> make, Action<string> warn)
    {
        using RuntimeContainer container = RuntimeContainer.Look(root, id);
        ExecRequest request = make(container.Spec.Process ?? throw new SlipwayException(ErrorKind.InvalidArgument, "config.json has no process"));
        ContainerStatus status = container.Status();
        if (status == ContainerStatus.Stopped)
            throw new SlipwayException(ErrorKind.Conflict, "cannot exec in a stopped container");
        if (status == ContainerStatus.Paused && !request.EvenPaused)
            throw new SlipwayException(ErrorKind.Conflict, "cannot exec in a paused container (use --ignore-paused to override)");
        StreamRules.Check(request.Process.Terminal == true, request.Detached, request.ConsoleSocket);
        ProcessSpec process = ProcessEnvironment.Complete(SpecValidator.Accept(request.Process, "the process", warn), $"/proc/{container.Record.Pid}/root");
        StartedProcess started = ExecStarter.Start(new ExecOptions
        {
            TargetPid = container.Record.Pid,
            TargetStartTime = container.Record.PidStartTime,
            Process = process,
            CgroupPaths = SubCgroups.Resolve(container.Record.CgroupPaths, request.SubCgroups),
            Seccomp = container.Spec.Linux?.Seccomp,
            Linux = container.Spec.Linux,
            State = container.Describe(status),
            SeccompCacheDir = container.Directory.SeccompCache,
            EntersRoot = container.Spec.Linux?.Namespaces?.Any(entry => entry is { Type: "mount", Path: null or "" }) != true,
            Traceable = ExecStarter.CanTrace(container.Spec.Process.Capabilities),
            PreservedFds = request.PreservedFds,
            KeepsNewlines = !request.Detached,
            Watch = request.Watch,
        });
        StreamRules.HandOut(started, request.ConsoleSocket, request.PidFdSocket, request.PidFile);
        return started;
    }
}
