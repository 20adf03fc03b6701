using Slipway.Engine.Containers;
using Slipway.Linux.Files;

namespace Slipway.Engine.Copying;

/// <summary>
/// What is mounted in a container and is no file of anybody's: the kernel's file systems, and the devices that each container is given. A copy has
/// the directories and not what they hold: a walk through /proc never ends well, and who isn't root can't make a device.
/// </summary>
internal sealed class SystemMounts
{
    private readonly DeviceNumber? _devices;

    /// <param name="root">The container's.</param>
    /// <param name="request">Says whether somebody has a /dev of his own there.</param>
    public SystemMounts(DirFd root, ContainerRequest request)
    {
        if (request.Mounts.Any(m => m.Target == "/dev"))
            return;
        using DirFd? devices = root.TryOpenDirectory("dev"u8, Resolve.InRoot);
        // Before a start it is the image's.
        if (devices is not null && devices.Status().Device is var device && device != root.Status().Device)
            _devices = device;
    }

    /// <summary>Whether the directory is one of theirs.</summary>
    public bool Holds(DirFd directory) => directory.Status().Device == _devices || IsKernels(directory.Handle.FileSystem().Magic);

    // By linux/magic.h.
    private static bool IsKernels(long type) => type is
        0x9fa0 // proc
        or 0x62656572 // sysfs
        or 0x27e0eb or 0x63677270 // cgroup, cgroup2
        or 0x1cd1 // devpts
        or 0x19800202 // mqueue
        or 0x64626720 or 0x74726163 // debugfs, tracefs
        or 0x73636673 // securityfs
        or 0xcafe4a11 // bpf
        or 0x62656570 // configfs
        or 0x6165676c // pstore
        or 0xde5e81e4 // efivarfs
        or 0x42494e4d; // binfmt_misc
}
