using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Cgroups;

/// <summary>
/// Makes a container's cgroup, bounds it, and opens what the child needs to join. On v1 only in the hierarchies that something is asked of,
/// and at least one: each costs a directory to make, to join and to remove.
/// </summary>
internal static class CgroupCreator
{
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // Where a container without any limit is kept, the first that exists: cheap ones, and such as can tell who is in them.
    private static readonly string[] s_anyController = ["pids", "freezer", "devices", "memory", "cpu"];

    public static CreatedCgroup Create(LinuxSpec? linux, string containerId)
    {
        string path = PathOf(linux?.CgroupsPath, containerId);
        string mountInfo = SmallFile.TryReadText("/proc/self/mountinfo") ?? "";
        IReadOnlyList<CgroupHierarchy> hierarchies = CgroupHierarchy.Parse(mountInfo);
        return hierarchies.Any(hierarchy => !hierarchy.IsUnified)
            ? CreateV1(hierarchies, path, CgroupLimits.ForV1(linux?.Resources))
            : CreateV2(hierarchies.Count > 0 ? hierarchies[0] : null, path, CgroupLimits.ForV2(linux?.Resources));
    }

    /// <summary>Every directory that <see cref="Create"/> may have made for this container.</summary>
    public static IReadOnlyList<string> PossiblePaths(LinuxSpec? linux, string containerId)
    {
        string path = PathOf(linux?.CgroupsPath, containerId);
        return [.. CgroupHierarchy.Parse(SmallFile.TryReadText("/proc/self/mountinfo") ?? "")
            .Select(hierarchy => $"{hierarchy.MountPoint}/{path}").Where(Directory.Exists)];
    }

    /// <summary>The path below each hierarchy's mount, without a slash at its ends.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the path leads upwards, or is systemd's form.</exception>
    public static string PathOf(string? cgroupsPath, string containerId)
    {
        string path = (cgroupsPath is { Length: > 0 } given ? given : $"slipway/{containerId}").Trim('/');
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Any(part => part is "" or "." or ".."))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"cgroup path '{Printable.Escape(path)}' is not one");
        if (path.Contains(':', StringComparison.Ordinal))
            throw new SlipwayException(ErrorKind.NotSupported, $"cgroup path '{Printable.Escape(path)}': systemd's slices aren't supported");
        return path;
    }

    private static CreatedCgroup CreateV1(IReadOnlyList<CgroupHierarchy> hierarchies, string path, List<CgroupSetting> settings)
    {
        var paths = new List<string>();
        var joins = new List<SafeFd>();
        var views = new List<CgroupView>();
        var cgroup = new Cgroup(paths);
        try
        {
            foreach (CgroupHierarchy hierarchy in Used(hierarchies, settings))
            {
                CgroupSetting[] its = [.. settings.Where(setting => hierarchy.Controllers.Contains(setting.Controller))];
                string directory = $"{hierarchy.MountPoint}/{path}";
                if (!TryMake(hierarchy.MountPoint, path, its))
                    continue;
                paths.Add(directory);
                if (hierarchy.Controllers.Contains("cpuset"))
                    InheritCpuset(hierarchy.MountPoint, path);
                Apply(directory, its);
                joins.Add(OpenTasks(directory));
                views.Add(new CgroupView(Path.GetFileName(hierarchy.MountPoint), hierarchy.Controllers));
            }
            return new CreatedCgroup(cgroup, joins, views, null);
        }
        catch
        {
            joins.ForEach(join => join.Dispose());
            cgroup.Remove();
            throw;
        }
    }

    private static CreatedCgroup CreateV2(CgroupHierarchy? tree, string path, List<CgroupSetting> settings)
    {
        if (tree is null)
        {
            if (settings.Count > 0)
                throw Missing(settings[0].Controller);
            return new CreatedCgroup(new Cgroup([]), [], [], null);
        }
        string directory = $"{tree.MountPoint}/{path}";
        if (!TryMake(tree.MountPoint, path, settings))
            return new CreatedCgroup(new Cgroup([]), [], [], null);
        var cgroup = new Cgroup([directory]);
        try
        {
            if (settings.Count > 0)
                EnableControllers(tree.MountPoint, path, [.. settings.Select(setting => setting.Controller).Distinct()]);
            Apply(directory, settings);
            return new CreatedCgroup(cgroup, [], [new CgroupView("", [])], SmallFile.Open(directory));
        }
        catch
        {
            cgroup.Remove();
            throw;
        }
    }

    // The hierarchies with a limit, or any one.
    private static List<CgroupHierarchy> Used(IReadOnlyList<CgroupHierarchy> hierarchies, List<CgroupSetting> settings)
    {
        var used = new List<CgroupHierarchy>();
        string[] controllers = settings.Count > 0
            ? [.. settings.Select(setting => setting.Controller).Distinct()]
            : [.. s_anyController.Where(name => hierarchies.Any(hierarchy => hierarchy.Controllers.Contains(name))).Take(1)];
        foreach (string controller in controllers)
        {
            CgroupHierarchy? hierarchy = hierarchies.FirstOrDefault(candidate => candidate.Controllers.Contains(controller));
            // Without the devices controller the container has no nodes but ours and no CAP_MKNOD: a loss in depth, not in function.
            if (hierarchy is null && controller != "devices")
                throw Missing(controller);
            if (hierarchy is not null && !used.Contains(hierarchy))
                used.Add(hierarchy);
        }
        return used;
    }

    private static bool TryMake(string mountPoint, string path, IReadOnlyCollection<CgroupSetting> needed)
    {
        try
        {
            Directory.CreateDirectory($"{mountPoint}/{path}", DirectoryMode);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (needed.Any(setting => setting.Controller != "devices"))
                throw new SlipwayException(ErrorKind.Denied, $"make the cgroup '{mountPoint}/{path}' for {needed.First().File}: {error.Message.ToLowerInvariant()}", error)
                {
                    Hint = "limits need a writable cgroup file system: mount it read-write, or leave the limits out",
                };
            return false;
        }
    }

    private static void Apply(string directory, IEnumerable<CgroupSetting> settings)
    {
        foreach (CgroupSetting setting in settings)
        {
            try
            {
                SmallFile.Write($"{directory}/{setting.File}", setting.Value);
            }
            catch (LinuxException error) when (setting.IsOptional && error.Errno == Errno.ENOENT)
            {
                continue;
            }
            catch (LinuxException error)
            {
                throw new SlipwayException(error.Errno is Errno.EINVAL or Errno.ERANGE ? ErrorKind.InvalidArgument : ErrorKind.Internal, $"set {setting.File} to {setting.Value}: {LinuxException.Explain(error.Errno)}", error);
            }
        }
    }

    // A new v1 cpuset is empty and takes no process until it has processors and memory nodes.
    private static void InheritCpuset(string mountPoint, string path)
    {
        string parent = mountPoint;
        foreach (string part in path.Split('/'))
        {
            string child = $"{parent}/{part}";
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
            {
                if ((SmallFile.TryReadText($"{child}/{file}") ?? "").Trim().Length == 0)
                    SmallFile.Write($"{child}/{file}", (SmallFile.TryReadText($"{parent}/{file}") ?? "").Trim());
            }
            parent = child;
        }
    }

    // Every directory above must hand the controller down (cgroup-v2.rst, "Enabling and Disabling").
    private static void EnableControllers(string mountPoint, string path, string[] controllers)
    {
        string directory = mountPoint;
        foreach (string part in path.Split('/'))
        {
            string enabled = SmallFile.TryReadText($"{directory}/cgroup.subtree_control") ?? "";
            foreach (string controller in controllers.Except(enabled.Split([' ', '\n'])))
            {
                try
                {
                    SmallFile.Write($"{directory}/cgroup.subtree_control", "+" + controller);
                }
                catch (LinuxException error)
                {
                    throw new SlipwayException(ErrorKind.Denied, $"enable the cgroup controller {controller} in '{directory}': {LinuxException.Explain(error.Errno)}", error);
                }
            }
            directory = $"{directory}/{part}";
        }
    }

    // Not cgroup.procs: a thread that writes itself into "tasks" moves alone, and the kernel then waits for no other process. Through
    // cgroup.procs the first move after a while costs 10 to 16 ms (kernel/cgroup/cgroup.c, cgroup_procs_write_start).
    private static SafeFd OpenTasks(string directory) => SmallFile.TryOpenWrite($"{directory}/tasks")
        ?? throw new SlipwayException(ErrorKind.Internal, $"the cgroup '{directory}' has gone");

    private static SlipwayException Missing(string controller) =>
        new(ErrorKind.NotSupported, $"this host has no cgroup controller for {controller}") { Hint = "leave that limit out, or mount the cgroup file system" };
}
