using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

/// <content>Namespaces: new ones, the host's, and those that it shares with another container.</content>
internal sealed partial class ContainerSpec
{
    private SecurityRequest Security => _request.Security;

    private bool HasOwnNetwork => _request.Network != "host";

    private bool HasNamespaceGiven => NetworkManager.IsConnected(_request);

    private List<NamespaceSpec> BuildNamespaces()
    {
        List<NamespaceSpec> namespaces = [new() { Type = "mount" }];
        if (Users is not null)
            namespaces.Add(new() { Type = "user", Path = Given.Add(Users.Namespace) });
        if (Security.PidMode is not "host")
            namespaces.Add(SharedMode.ContainerOf(Security.PidMode) is { } other ? Join("pid", other, "PID") : new() { Type = "pid" });
        if (Security.UtsMode is not "host")
            namespaces.Add(new() { Type = "uts" });
        if (Security.IpcMode is not "host")
            namespaces.Add(SharedMode.ContainerOf(Security.IpcMode) is { } other ? Join("ipc", other, "IPC") : new() { Type = "ipc" });
        if (Security.CgroupnsMode is not "host")
            namespaces.Add(new() { Type = "cgroup" });
        if (HasNamespaceGiven)
            namespaces.Add(new() { Type = "network", Path = GivenDescriptor.PathOf(0) });
        else if (HasOwnNetwork)
            namespaces.Add(new() { Type = "network" });
        return namespaces;
    }

    private NamespaceSpec Join(string type, string other, string what)
    {
        ContainerState state = Running(other, what, out ContainerRecord target);
        if (type == "ipc" && target.Request.Security.IpcMode != "shareable")
            throw new SlipwayException(ErrorKind.InvalidArgument, $"can't join IPC of container {target.Id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        SafeFd space = SmallFile.Open($"/proc/{state.Pid}/ns/{type}");
        string path = Given.Add(space);
        RequireAlive(state, target, what);
        return new() { Type = type, Path = path };
    }

    private ContainerState Running(string other, string what, out ContainerRecord target)
    {
        target = new ContainerManager(context).Find(other) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {other}");
        if (target.Id == record.Id)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"cannot join own {what} namespace");
        return target.IsRunning && ContainerProbe.ReadState(context.Paths.Run(target.Id)) is { } state ? state : throw NotRunning(target, what);
    }

    // Its process may have ended, and another have its number: what was opened is then another's.
    private static void RequireAlive(ContainerState state, ContainerRecord target, string what)
    {
        if (!ContainerProbe.IsAlive(state))
            throw NotRunning(target, what);
    }

    private static SlipwayException NotRunning(ContainerRecord target, string what) =>
        new(ErrorKind.Unavailable, $"failed to join {what} namespace: container {target.Id} is not running");

    // The other's shared memory itself: it is mounted in the other's mount namespace alone.
    private MountSpec? SharedMemory()
    {
        switch (Security.IpcMode)
        {
            case "none":
                return null;
            case "host":
                return new() { Destination = "/dev/shm", Type = "bind", Source = "/dev/shm", Options = ["rbind", "nosuid", "noexec", "nodev"] };
            case { } mode when SharedMode.ContainerOf(mode) is { } other:
                ContainerState state = Running(other, "IPC", out ContainerRecord target);
                if (Given.IsForPlan)
                    return new() { Destination = "/dev/shm", Type = "bind", Source = "/dev/shm", Options = ["rbind"] };
                SafeFd tree = ForeignMount.Clone(state.Pid, "/dev/shm");
                string path = Given.Add(tree);
                RequireAlive(state, target, "IPC");
                return new() { Destination = "/dev/shm", Type = "tree", Source = path };
            default:
                long size = _request.Resources.ShmBytes ?? ResourceRequest.UsualShmBytes;
                return new() { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", $"size={size}"] };
        }
    }
}
