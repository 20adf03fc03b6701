using Slipway.Linux;
using Slipway.Linux.Bpf;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups.Devices;
using Slipway.Runtime.Cgroups.Limits;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Cgroups;

/// <summary>
/// Makes a container's cgroup, bounds it, and opens what the child needs to join. On v1 only in the hierarchies that something is asked of,
/// in pids and in freezer: each costs about 50 µs to make, to join and to remove.
/// </summary>
internal sealed partial class CgroupCreator
{
    // Who is in it, and how to stop them: what everybody wants to know of a container sooner or later.
    private static readonly string[] s_always = ["pids", "freezer"];

    private readonly CgroupHost _host;
    private readonly string _path;
    private readonly List<CgroupSetting> _settings;
    private readonly IReadOnlyList<DeviceEntry> _devices;
    private readonly List<string> _paths = [];
    private readonly List<string> _made = [];
    private readonly List<SafeFd> _joins = [];
    private readonly List<CgroupView> _views = [];
    private SafeFd? _bornIn;

    private CgroupCreator(CgroupHost host, LinuxSpec? linux, string containerId)
    {
        _host = host;
        _path = CgroupPath.Of(linux?.CgroupsPath, containerId);
        _settings = CgroupLimits.For(linux?.Resources, host);
        _devices = DeviceEntry.Check(linux?.Resources?.Devices);
    }

    /// <summary>Makes it; whoever disposes of the result without keeping it takes it away again, but nothing that was there before.</summary>
    /// <param name="linux">Path and resources.</param>
    /// <param name="containerId">Names it where the spec has no path.</param>
    /// <param name="everyController">Join all v1 hierarchies, as other tools expect of a runtime, not only those with a limit.</param>
    /// <exception cref="SlipwayException">Conflict: the cgroup has processes. NotSupported, Denied, InvalidArgument: a limit can't be set.</exception>
    public static CreatedCgroup Create(LinuxSpec? linux, string containerId, bool everyController = false)
    {
        var creator = new CgroupCreator(CgroupHost.Read(), linux, containerId);
        try
        {
            creator.Make(everyController);
            return new CreatedCgroup(new Cgroup(creator._paths, creator._host), creator._joins, creator._views, creator._bornIn, creator._made);
        }
        catch
        {
            creator._joins.ForEach(join => join.Dispose());
            creator._bornIn?.Dispose();
            Cgroup.Remove(creator._made);
            throw;
        }
    }

    /// <summary>Every directory that <see cref="Create"/> may have made for this container.</summary>
    public static IReadOnlyList<string> PossiblePaths(LinuxSpec? linux, string containerId)
    {
        string path = CgroupPath.Of(linux?.CgroupsPath, containerId);
        CgroupHost host = CgroupHost.Read();
        return [.. host.V1.Where(IsControlled).Append(host.Unified).OfType<CgroupHierarchy>().Select(hierarchy => $"{hierarchy.MountPoint}/{path}").Where(Directory.Exists)];
    }

    private void Make(bool everyController)
    {
        foreach (CgroupHierarchy hierarchy in UsedV1(everyController))
            MakeV1(hierarchy);
        if (UsedV2 is { } tree)
            MakeV2(tree, DevicesByProgram);
        else if (_settings.FirstOrDefault(setting => setting.IsUnified) is { } impossible)
            throw CgroupHost.Missing(impossible.Controller);
    }

    private bool DevicesByProgram => _devices.Count > 0 && _host.FindV1("devices") is null;

    // Null where nothing is asked of it.
    private CgroupHierarchy? UsedV2 => _host.IsUnifiedOnly || DevicesByProgram || _settings.Any(setting => setting.IsUnified) ? _host.Unified : null;

    private List<CgroupHierarchy> UsedV1(bool everyController)
    {
        var used = new List<CgroupHierarchy>();
        foreach (CgroupSetting setting in _settings)
        {
            if (!setting.IsUnified)
                used.Add(_host.FindV1(setting.Controller) ?? throw CgroupHost.Missing(setting.Controller));
        }
        // Without the devices controller the container has no nodes but ours and no CAP_MKNOD: a loss in depth, not in function.
        foreach (string controller in (IEnumerable<string>)[.. s_always, .. _devices.Count > 0 ? ["devices"] : (string[])[]])
        {
            if (_host.FindV1(controller) is { } hierarchy)
                used.Add(hierarchy);
        }
        if (everyController)
            used.AddRange(_host.V1.Where(IsControlled));
        return [.. used.Distinct()];
    }

    // One without controllers is somebody's list of processes.
    private static bool IsControlled(CgroupHierarchy hierarchy) => hierarchy.Controllers.Any(static name => !name.StartsWith("name=", StringComparison.Ordinal));

    private void MakeV1(CgroupHierarchy hierarchy)
    {
        CgroupSetting[] its = [.. _settings.Where(setting => !setting.IsUnified && hierarchy.Controllers.Contains(setting.Controller))];
        string directory = $"{hierarchy.MountPoint}/{_path}";
        if (!TryMake(directory, its))
            return;
        if (hierarchy.Controllers.Contains("cpuset"))
            InheritCpuset(hierarchy.MountPoint, _path);
        CgroupWriter.Apply(its, _ => directory);
        if (hierarchy.Controllers.Contains("devices"))
            CgroupWriter.Apply(_devices.Select(RuleOf), _ => directory);
        _joins.Add(OpenTasks(directory));
        _views.Add(ViewOf(hierarchy, directory));
    }

    private static CgroupView ViewOf(CgroupHierarchy hierarchy, string directory) =>
        new(hierarchy.IsUnified ? "" : Path.GetFileName(hierarchy.MountPoint), hierarchy.Controllers, directory);

    private static CgroupSetting RuleOf(DeviceEntry device)
    {
        (string file, string text) = DeviceTransition.Write(device);
        return new CgroupSetting("devices", file, text);
    }

    private void MakeV2(CgroupHierarchy tree, bool withDevices)
    {
        CgroupSetting[] its = [.. _settings.Where(setting => setting.IsUnified)];
        string[] needed = [.. its.Select(setting => setting.Controller).Where(name => name != "cgroup").Distinct()];
        string directory = $"{tree.MountPoint}/{_path}";
        try
        {
            UnifiedTree.Enable(tree.MountPoint, _path, needed, _host.IsUnifiedOnly ? _host.UnifiedControllers : []);
        }
        catch (LinuxException) when (its.Length == 0)
        {
            return; // can't be written: the same as below
        }
        if (!TryMake(directory, its))
            return;
        UnifiedTree.MakeValid(directory, needed);
        CgroupWriter.Apply(its, _ => directory);
        _bornIn = SmallFile.Open(directory);
        if (withDevices)
            AttachDevices(_bornIn, _devices);
        if (_host.IsUnifiedOnly)
            _views.Add(ViewOf(tree, directory));
    }

    /// <summary>Makes these rules the ones of a v2 cgroup.</summary>
    public static void AttachDevices(SafeFd cgroup, IReadOnlyList<DeviceEntry> devices)
    {
        try
        {
            using SafeFd program = DeviceProgram.Load(DeviceProgramWriter.Write(devices));
            DeviceProgram.Replace(cgroup, program);
        }
        catch (LinuxException error)
        {
            throw new SlipwayException(error.Errno == Errno.EPERM ? ErrorKind.Denied : ErrorKind.Internal, $"set the cgroup's device rules: {error.Message}", error)
            {
                Hint = "they are a BPF program: it takes CAP_BPF or CAP_SYS_ADMIN, and a kernel with CONFIG_CGROUP_BPF",
            };
        }
    }

    // False where none can be made and nothing is asked of it. One that is there already serves when nobody is in it, or it is marked as shared.
    private bool TryMake(string directory, CgroupSetting[] needed)
    {
        bool isNew;
        try
        {
            isNew = CgroupDirectory.TryMake(directory);
        }
        catch (LinuxException error)
        {
            if (needed.Length == 0)
                return false;
            throw new SlipwayException(ErrorKind.Denied, $"make the cgroup '{directory}' for {needed[0].File}: {LinuxException.Explain(error.Errno)}", error)
            {
                Hint = "limits need a writable cgroup file system: mount it read-write, or leave the limits out",
            };
        }
        if (isNew)
            _made.Add(directory);
        var cgroup = new Cgroup([directory], _host);
        if (!isNew && cgroup.Processes().Count is > 0 and var count && !cgroup.IsShared())
            throw new SlipwayException(ErrorKind.Conflict, $"container's cgroup is not empty: {count} process(es) found in '{directory}'");
        if (!isNew && cgroup.IsFrozen())
            throw new SlipwayException(ErrorKind.Conflict, $"container's cgroup unexpectedly frozen: '{directory}'");
        _paths.Add(directory);
        return true;
    }

    // A new v1 cpuset is empty and takes no process until it has processors and memory nodes.
    internal static void InheritCpuset(string mountPoint, string path)
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

    // Not cgroup.procs: a thread that writes itself into "tasks" moves alone, and the kernel then waits for no other process. Through
    // cgroup.procs the first move after a while costs 10 to 16 ms (kernel/cgroup/cgroup.c, cgroup_procs_write_start).
    private static SafeFd OpenTasks(string directory) => SmallFile.TryOpenWrite($"{directory}/tasks")
        ?? throw new SlipwayException(ErrorKind.Internal, $"the cgroup '{directory}' has gone");
}
