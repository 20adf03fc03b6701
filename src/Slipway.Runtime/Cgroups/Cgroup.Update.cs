using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups.Devices;
using Slipway.Runtime.Cgroups.Limits;

namespace Slipway.Runtime.Cgroups;

/// <content>Other limits for a running container.</content>
public sealed partial class Cgroup
{
    private const int MoveRounds = 100;

    /// <summary>
    /// Sets what the resources name, and leaves the rest as it is. Device rules replace those that hold; between two lists of what is allowed,
    /// what both allow is never refused.
    /// </summary>
    /// <returns>
    /// The group as it is now: on v1 it may have come into further hierarchies. Keep its <see cref="Paths"/> for who execs later; the
    /// removal finds the new ones in any case.
    /// </returns>
    /// <exception cref="SlipwayException">
    /// InvalidArgument: a value that can't be, or that the kernel refuses. Conflict: less memory than is in use. NotSupported: a controller
    /// that this host hasn't got. What was set before the one that failed stays set.
    /// </exception>
    public Cgroup Update(ResourcesSpec resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        CgroupHost host = _host.Value;
        if (Paths.Count == 0 || host.HierarchyOf(Paths[0]) is not { } first)
            throw new SlipwayException(ErrorKind.NotSupported, "update the container: it is in no cgroup");
        string path = Paths[0][(first.MountPoint.Length + 1)..];
        List<CgroupSetting> settings = CgroupLimits.For(Complete(resources), host);
        IReadOnlyList<DeviceEntry> devices = DeviceEntry.Check(resources.Devices);
        if (resources.Memory is { CheckBeforeUpdate: true, Limit: > 0 and var limit })
            CheckMemory(limit);

        var paths = new List<string>(Paths);
        string DirectoryOf(CgroupSetting setting) => setting.IsUnified
            ? Unified(host, path, setting.Controller, paths)
            : InV1(host.FindV1(setting.Controller) ?? throw CgroupHost.Missing(setting.Controller), path, paths);
        CgroupWriter.Apply(settings, DirectoryOf);
        if (devices.Count > 0)
            UpdateDevices(host, devices, path, paths);
        return new Cgroup(paths, host);
    }

    // v2 has one file for quota and period, and no sum of memory and swap: what isn't named is taken from what holds.
    private ResourcesSpec Complete(ResourcesSpec resources)
    {
        if (resources.Cpu is { Period: > 0, Quota: null } cpu && Read("cpu.max") is { } bandwidth)
            resources = resources with { Cpu = cpu with { Quota = Number(bandwidth.Split(' ')[0]) } };
        if (resources.Memory is { Swap: > 0, Limit: null or 0 } memory && Read("memory.max") is { } limit)
            resources = resources with { Memory = memory with { Limit = Number(limit) } };
        return resources;
    }

    private void CheckMemory(long limit)
    {
        if ((Read("memory.current") ?? Read("memory.usage_in_bytes")) is { } current && Number(current) is var used && used > limit)
            throw new SlipwayException(ErrorKind.Conflict, $"set the memory limit to {limit}: {used} bytes are in use");
    }

    private static void UpdateDevices(CgroupHost host, IReadOnlyList<DeviceEntry> devices, string path, List<string> paths)
    {
        if (host.FindV1("devices") is { } hierarchy)
        {
            string directory = InV1(hierarchy, path, paths);
            string list = SmallFile.TryReadText($"{directory}/devices.list") ?? "";
            CgroupWriter.Apply(DeviceTransition.From(list, devices).Select(write => new CgroupSetting("devices", write.File, write.Text)), _ => directory);
        }
        else if (host.Unified is { } tree && paths.Contains($"{tree.MountPoint}/{path}"))
        {
            using SafeFd directory = SmallFile.Open($"{tree.MountPoint}/{path}");
            CgroupCreator.AttachDevices(directory, devices);
        }
    }

    // A hierarchy that nothing was asked of until now: everybody moves there.
    private static string InV1(CgroupHierarchy hierarchy, string path, List<string> paths)
    {
        string directory = $"{hierarchy.MountPoint}/{path}";
        if (paths.Contains(directory))
            return directory;
        RefuseShared(paths);
        CgroupDirectory.TryMake(directory);
        if (hierarchy.Controllers.Contains("cpuset"))
            CgroupCreator.InheritCpuset(hierarchy.MountPoint, path);
        Move(paths[0], directory);
        paths.Add(directory);
        return directory;
    }

    private static string Unified(CgroupHost host, string path, string controller, List<string> paths)
    {
        string mount = host.Unified!.MountPoint, directory = $"{mount}/{path}";
        if (controller != "cgroup")
            UnifiedTree.Enable(mount, path, [controller], []);
        if (!paths.Contains(directory))
        {
            RefuseShared(paths);
            CgroupDirectory.TryMake(directory);
            Move(paths[0], directory);
            paths.Add(directory);
        }
        return directory;
    }

    // Everybody in it would move.
    private static void RefuseShared(List<string> paths)
    {
        if (Open(paths).IsShared())
            throw new SlipwayException(ErrorKind.Conflict, $"update the container: others are in its cgroup '{paths[0]}', and this limit needs one in another hierarchy");
    }

    // Children of those that have moved are born there: it ends when a round finds nobody left behind.
    private static void Move(string from, string to)
    {
        for (int round = 0; round < MoveRounds; round++)
        {
            List<int> left = [.. Members(from).Except(Members(to))];
            if (left.Count == 0)
                return;
            foreach (int pid in left)
            {
                try
                {
                    SmallFile.Write($"{to}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
                }
                catch (LinuxException error) when (error.Errno == Errno.ESRCH)
                {
                    // it has ended
                }
            }
        }
        throw new SlipwayException(ErrorKind.Internal, $"move the container's processes to the cgroup '{to}': new ones came faster than they could be moved");
    }

    // The first of the group's directories that has the file answers; its text without the line's end.
    private string? Read(string file) => Paths.Select(path => SmallFile.TryReadText($"{path}/{file}")).FirstOrDefault(text => text is not null)?.TrimEnd('\n');

    private static long Number(string text) => text.Trim() is "max" ? -1 : long.Parse(text, CultureInfo.InvariantCulture);
}
