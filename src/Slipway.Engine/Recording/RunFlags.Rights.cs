using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Devices;

namespace Slipway.Engine.Recording;

internal sealed partial class RunFlags
{
    /// <summary>The option whose value is a file with a profile; here its text.</summary>
    public const string SeccompOption = "seccomp=";

    private void AddRights()
    {
        SecurityRequest security = _request.Security;
        AddSet("--privileged", security.Privileged);
        AddAll("--cap-add", security.CapAdd);
        AddAll("--cap-drop", security.CapDrop);
        AddAll("--device", security.Devices.Select(DeviceText));
        AddAll("--device", security.DriverRequests.Where(r => r.Driver == DriverRequest.CdiDriver).SelectMany(r => r.Ids));
        AddAll("--gpus", security.DriverRequests.Where(r => r.Driver != DriverRequest.CdiDriver).Select(GpuParser.Write));
        AddAll("--device-cgroup-rule", security.DeviceRules);
        AddAll("--sysctl", security.Sysctls);
    }

    // Shortest where that means the same.
    private static string DeviceText(DeviceRequest device) => (device.HostPath == device.ContainerPath, device.Access == "rwm") switch
    {
        (true, true) => device.HostPath,
        (false, true) => $"{device.HostPath}:{device.ContainerPath}",
        _ => $"{device.HostPath}:{device.ContainerPath}:{device.Access}",
    };

    private void AddNamespaces()
    {
        SecurityRequest security = _request.Security;
        Add("--pid", security.PidMode);
        Add("--ipc", security.IpcMode);
        Add("--uts", security.UtsMode);
        Add("--userns", security.UsernsMode);
        AddAll("--uidmap", security.UidMaps);
        AddAll("--gidmap", security.GidMaps);
        Add("--cgroupns", security.CgroupnsMode);
    }
}
