using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers;

/// <summary>A device of the host, by a path that leads to its node.</summary>
internal sealed record HostDevice(FileType Type, DeviceNumber Number, uint Mode, uint Uid, uint Gid)
{
    // What a container has of its own, or what is no device of the machine.
    private static readonly string[] s_passedOver = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"];

    /// <summary>What is at a path, links followed; null where nothing is.</summary>
    public static HostDevice? Find(string path)
    {
        try
        {
            using SafeFd file = FileDescriptor.Open(path, OpenFlags.Path);
            FileStatus status = file.Status();
            return new(status.Type, status.SpecialDevice, status.Mode, status.Uid, status.Gid);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }

    /// <summary>Whether it is one.</summary>
    public bool IsDevice => Type is FileType.CharacterDevice or FileType.BlockDevice;

    /// <summary>Every device in a directory and below it, with its path from there; links are passed over.</summary>
    public static IEnumerable<(string Path, HostDevice Device)> Below(string directory)
    {
        using DirFd files = DirFd.Open(directory);
        foreach (DirEntry entry in files.List(sorted: true))
        {
            string name = System.Text.Encoding.UTF8.GetString(entry.Name);
            if (entry.Type == FileType.Directory && !s_passedOver.Contains(name))
            {
                foreach ((string path, HostDevice device) in Below($"{directory}/{name}"))
                    yield return ($"{name}/{path}", device);
            }
            else if (entry.Type is FileType.CharacterDevice or FileType.BlockDevice && !s_passedOver.Contains(name) && Find($"{directory}/{name}") is { IsDevice: true } found)
            {
                yield return (name, found);
            }
        }
    }

    /// <summary>Its node at another path.</summary>
    public DeviceSpec At(string path) => new() { Path = path, Type = TypeText, Major = Number.Major, Minor = Number.Minor, FileMode = Mode, Uid = Uid, Gid = Gid };

    /// <summary>That it may be used.</summary>
    public DeviceRule Allowed(string access) => new() { Allow = true, Type = TypeText, Major = Number.Major, Minor = Number.Minor, Access = access };

    private string TypeText => Type == FileType.BlockDevice ? "b" : "c";
}
