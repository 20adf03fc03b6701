using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>The mounts of a spec: looked at first, and attached in the container's mount namespace in their order.</summary>
internal sealed class MountSteps
{
    // Files below /proc that may be covered: what lxcfs and its like give a container instead of the host's figures.
    private static readonly string[] s_coverable =
        ["/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo"];

    private static readonly Dictionary<Errno, string> s_bindReasons = new()
    {
        [Errno.ENOTDIR] = "a directory can only be mounted on a directory, and a file on a file",
        [Errno.EINVAL] = "a directory can only be mounted on a directory, and a file on a file",
        [Errno.ELOOP] = "the destination lies inside /proc",
    };

    private static readonly Dictionary<Errno, string> s_mapReasons = new()
    {
        [Errno.EINVAL] = "its file system, or one mounted beneath it, can't map ids on this kernel",
        [Errno.EPERM] = "it is mapped already, or this process may not",
    };

    private readonly PlanBuilder _plan;
    private readonly PlanInputs _inputs;
    private readonly Register _root;
    private readonly bool _ofUser, _shared;
    private readonly CgroupMountSteps _cgroups;
    private string? _label;
    private readonly List<(MountSpec Spec, string Source, string Destination, string Cause, MountOptions Options, Register Tree, bool IsDirectory)> _mounts = [];

    private readonly List<(string Destination, string Cause, Register Tree)> _sealed = [];

    // Trees that the parent copies.
    private readonly HashSet<Register> _opened = [];

    /// <param name="plan">The plan.</param>
    /// <param name="inputs">What was prepared.</param>
    /// <param name="root">The root.</param>
    /// <param name="ofUser">The child is root of a user namespace, to which directories of the host may be closed.</param>
    /// <param name="cgroups">Shows the container's cgroups.</param>
    /// <param name="shared">The root file system is shared: bind mounts may be, with the host.</param>
    public MountSteps(PlanBuilder plan, PlanInputs inputs, Register root, bool ofUser, bool shared, CgroupMountSteps cgroups)
    {
        _ofUser = ofUser;
        _shared = shared;
        _cgroups = cgroups;
        _plan = plan;
        _inputs = inputs;
        _root = root;
    }

    /// <summary>Our own tmpfs on /dev, where devices are made; null when /dev is something else, whose content is then left alone.</summary>
    public Register? Dev { get; private set; }

    /// <summary>The container's procfs; null when the spec has none.</summary>
    public Register? Proc { get; private set; }

    /// <summary>Looks at all mounts, and copies what only the parent can.</summary>
    public void AddSources(RuntimeSpec spec, string bundle)
    {
        IReadOnlyList<MountSpec> mounts = spec.Mounts ?? [];
        _label = spec.Linux?.MountLabel is { Length: > 0 } label ? label : null;
        for (int i = 0; i < mounts.Count; i++)
        {
            MountSpec mount = mounts[i];
            string destination = RootPath.Clean(mount.Destination, "mount destination");
            MountOptions options = MountOptions.Parse(mount.Options, mount.Type);
            RefuseInsideProc(mount, destination);
            Register tree = _plan.NewRegister();
            bool isDirectory = true;
            string source = Path.Combine(bundle, mount.Source ?? "");
            if (options.Bind && mount.Source is null)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"mounts[{i}] has no source");
            if (options.Bind)
                isDirectory = AddSource(mount, source, options, tree, i);
            else if (IsCgroup(mount))
                _cgroups.AddSources(options, $"mounts[{i}]");
            else if (_ofUser && options.CopiesUp)
                AddFilled(mount, destination, options, tree, $"mounts[{i}]");
            _mounts.Add((mount, source, destination, $"mounts[{i}]", options, tree, isDirectory));
        }
    }

    /// <summary>Makes read-only what was still to be filled.</summary>
    public void AddSeals()
    {
        foreach ((string destination, string cause, Register tree) in _sealed)
        {
            _plan.Step(PlanPhase.Seal, "make read-only", destination, cause, step =>
                FsSteps.SetAttributes(step, tree, MOUNT_ATTR_RDONLY, 0, 0, recursive: false));
        }
    }

    /// <summary>Attaches them all, in order.</summary>
    public void AddMounts()
    {
        foreach ((MountSpec spec, string source, string destination, string cause, MountOptions options, Register tree, bool isDirectory) in _mounts)
        {
            if (options.Bind)
                AttachBind(source, destination, tree, isDirectory, cause, options);
            else if (IsCgroup(spec))
                _cgroups.Add(destination, options, tree, cause);
            else
                AddFileSystem(spec, destination, options, tree, cause);
        }
    }

    private static bool IsCgroup(MountSpec mount) => mount.Type is "cgroup" or "cgroup2";

    // A volume over /proc would let its owner stand in for the kernel (CVE-2019-16884, CVE-2019-19921).
    private static void RefuseInsideProc(MountSpec mount, string destination)
    {
        bool isProc = mount.Type == "proc" || (destination == "/proc" && mount.Source == "/proc");
        if (RootPath.IsWithin(destination, "/proc") && !isProc && !s_coverable.Contains(destination))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"mount on '{Printable.Escape(destination)}': destination inside /proc");
        if (mount.Type == "proc" && destination != "/proc")
            throw new SlipwayException(ErrorKind.InvalidArgument, $"mount proc on '{Printable.Escape(destination)}': only /proc can be procfs");
    }

    // What only the parent may open or pass on is copied before there is a child. The rest is copied when its turn to be mounted has come:
    // mountinfo lists mounts in the order in which they were made, and readers expect the configuration's.
    private bool AddSource(MountSpec mount, string source, MountOptions options, Register tree, int index)
    {
        string cause = $"mounts[{index}]";
        FileKind kind = _inputs.Inspect(source)
            ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"bind source path does not exist: {Printable.Escape(source)}");
        bool isMapped = options.MapsIds || mount.UidMappings is { Count: > 0 };
        if (IsParents(options) || isMapped)
        {
            _opened.Add(tree);
            _plan.Step(_plan.Trees, "open the bind source", source, cause, step =>
                OpenSource(step, source, options, tree), string.Join(',', mount.Options ?? []));
        }
        if (isMapped)
        {
            _plan.Step(_plan.Trees, "map the ids of", source, cause, step =>
                FsSteps.MapIds(step, tree, _inputs.IdMaps?.Find(index)?.Number ?? -1, options.MapsIdsRecursively), "", s_mapReasons);
        }
        return kind.IsDirectory;
    }

    // It is filled by the parent, whose files a file system of the user namespace's would not take: its user is nobody there.
    private void AddFilled(MountSpec mount, string destination, MountOptions options, Register tree, string cause)
    {
        _opened.Add(tree);
        _plan.Step(_plan.Trees, "make a tmpfs for", destination, cause, step =>
            FsSteps.Create(step, _plan, "tmpfs", mount.Source ?? "tmpfs", Labelled("tmpfs", options), options.OfNew & ~MOUNT_ATTR_RDONLY, tree));
    }

    // A mount that shall pass on what is mounted there to the host must come from the host's namespace; it takes both settings.
    private bool IsParents(MountOptions options) => _ofUser || (_shared && options.Propagation == MS_SHARED);

    private static void OpenSource(StepBuilder step, string source, MountOptions options, Register tree)
    {
        step.Call(Syscall.open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (options.Recursive ? AT_RECURSIVE : 0)).Into(tree);
        long propagation = options.Propagation == 0 ? MS_PRIVATE : options.Propagation;
        FsSteps.SetAttributes(step, tree, 0, 0, propagation, options.Propagation == 0 || options.PropagationRecursive);
        if (options.Set != 0 || options.Clear != 0)
            FsSteps.SetAttributes(step, tree, options.Set, options.Clear, 0, recursive: false);
        if (options.RecursiveSet != 0 || options.RecursiveClear != 0)
            FsSteps.SetAttributes(step, tree, options.RecursiveSet, options.RecursiveClear, 0, recursive: true);
    }

    private void AttachBind(string source, string destination, Register tree, bool isDirectory, string cause, MountOptions options) =>
        _plan.Step(PlanPhase.Mounts, "mount a bind source on", destination, cause, step =>
        {
            if (!_opened.Contains(tree))
                OpenSource(step, source, options, tree);
            Register place = _plan.NewRegister();
            RootPath.Ensure(step, _plan, _root, destination, isDirectory, place, RESOLVE_NO_MAGICLINKS);
            // The path may have led there by a link of the image's.
            if (!RootPath.IsWithin(destination, "/proc"))
                FsSteps.CheckFileSystem(step, place, PROC_SUPER_MAGIC, wanted: false, Errno.ELOOP);
            else if (destination == "/proc")
                FsSteps.CheckFileSystem(step, tree, PROC_SUPER_MAGIC, wanted: true, Errno.ELOOP);
            FsSteps.Attach(step, tree, place);
        }, $"{source} {(options.Recursive ? "rbind" : "bind")}", s_bindReasons);

    private void AddFileSystem(MountSpec mount, string destination, MountOptions options, Register tree, string cause)
    {
        string type = mount.Type ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"{cause} has no type");
        _plan.Step(PlanPhase.Mounts, $"mount {type} on", destination, cause, step =>
        {
            Register place = _plan.NewRegister();
            var missing = new Label();
            // Where the kernel's own file systems and /dev go, an image's link is an attack, not a convenience.
            bool strict = type is "proc" or "sysfs" or "devpts" or "mqueue" || RootPath.IsWithin(destination, "/dev");
            long resolve = strict ? RESOLVE_NO_SYMLINKS : RESOLVE_NO_MAGICLINKS;
            Register existing = _plan.NewRegister();
            if (type == "tmpfs")
                RootPath.Open(step, _root, destination, existing, resolve, missing);
            step.Mark(missing);
            RootPath.Ensure(step, _plan, _root, destination, directory: true, place, resolve);
            if (type == "devpts" && _inputs.Pty is { Mount: { } prepared } && destination == "/dev/pts")
            {
                FsSteps.Attach(step, _plan.Input(prepared.Number), place);
                return;
            }
            if (!strict)
                FsSteps.CheckFileSystem(step, place, PROC_SUPER_MAGIC, wanted: false, Errno.ELOOP);
            // A file system in memory is still empty: later mounts may need directories in it.
            bool sealedLater = type == "tmpfs" && (options.OfNew & MOUNT_ATTR_RDONLY) != 0;
            long attributes = sealedLater ? options.OfNew & ~MOUNT_ATTR_RDONLY : options.OfNew;
            bool isMade = _opened.Contains(tree);
            bool inherits = type == "tmpfs" && !isMade && !options.Data.Any(static option => option.Key == "mode");
            if (inherits || options.CopiesUp)
                step.Checkpoint(Checkpoint.Covering, wait: true, existing);
            if (!isMade)
            {
                FsSteps.Create(step, _plan, type, mount.Source ?? type, Labelled(type, options), attributes, tree,
                    inherits ? context => step.Checkpoint(Checkpoint.Configuring, wait: true, context) : null);
            }
            if (options.CopiesUp)
                step.Checkpoint(Checkpoint.Filling, wait: true, tree);
            FsSteps.Attach(step, tree, place);
            if (options.Propagation != 0)
                FsSteps.SetAttributes(step, tree, 0, 0, options.Propagation, options.PropagationRecursive);
            if (sealedLater)
                _sealed.Add((destination, cause, tree));
        }, string.Join(',', mount.Options ?? []), RootPath.LinkReasons);
        if (destination == "/dev" && type == "tmpfs")
            Dev = tree;
        else if (destination == "/proc")
            Proc = tree;
    }

    // The kernel's own file systems label themselves.
    private IReadOnlyList<(string, string?)> Labelled(string type, MountOptions options) =>
        _label is null || type is "proc" or "sysfs" ? options.Data : [.. options.Data, ("context", _label)];
}
