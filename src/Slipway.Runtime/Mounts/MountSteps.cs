using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Host;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>The mounts of a spec: looked at first, and attached in the container's mount namespace in their order.</summary>
internal sealed class MountSteps
{
    // Files below /proc that may be covered: what lxcfs and its like give a container instead of the host's figures.
    private static readonly string[] s_coverable =
        ["/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo"];

    private readonly PlanBuilder _plan;
    private readonly PlanInputs _inputs;
    private readonly Register _root;
    private readonly bool _ofUser;
    private readonly CgroupMountSteps _cgroups;
    private readonly BindSteps _binds;
    private string? _label;
    private readonly List<(MountSpec Spec, string Source, string Destination, string Cause, MountOptions Options, Register Tree, bool IsDirectory)> _mounts = [];

    private readonly List<(string Destination, string Cause, Register Tree)> _sealed = [];

    // Trees that the parent makes.
    private readonly HashSet<Register> _made = [];

    /// <param name="plan">The plan.</param>
    /// <param name="inputs">What was prepared.</param>
    /// <param name="root">The root.</param>
    /// <param name="ofUser">The child is root of a user namespace, to which directories of the host may be closed.</param>
    /// <param name="cgroups">Shows the container's cgroups.</param>
    /// <param name="shared">The root file system is shared: bind mounts may be, with the host.</param>
    public MountSteps(PlanBuilder plan, PlanInputs inputs, Register root, bool ofUser, bool shared, CgroupMountSteps cgroups)
    {
        _ofUser = ofUser;
        _cgroups = cgroups;
        _plan = plan;
        _inputs = inputs;
        _root = root;
        _binds = new BindSteps(plan, inputs, root, ofUser, shared);
    }

    /// <summary>Our own tmpfs on /dev, where devices are made; null when /dev is something else, whose content is then left alone.</summary>
    public Register? Dev { get; private set; }

    /// <summary>The container's procfs; null when the spec has none.</summary>
    public Register? Proc { get; private set; }

    /// <summary>Looks at all mounts, and copies what only the parent can.</summary>
    public void AddSources(RuntimeSpec spec, string bundle)
    {
        IReadOnlyList<MountSpec> mounts = spec.Mounts ?? [];
        // Without SELinux files have no labels, and no access is decided by one (the validator has warned): nothing is lost.
        _label = spec.Linux?.MountLabel is { Length: > 0 } label && SecurityModules.HasSelinux ? label : null;
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
            if (BindSteps.IsTree(mount))
                isDirectory = _binds.TakeTree(source, tree, i);
            else if (options.Bind)
                isDirectory = _binds.AddSource(mount, source, options, tree, i);
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
            if (options.Bind || BindSteps.IsTree(spec))
                _binds.Attach(source, destination, tree, isDirectory, cause, options);
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

    // It is filled by the parent, whose files a file system of the user namespace's would not take: its user is nobody there.
    private void AddFilled(MountSpec mount, string destination, MountOptions options, Register tree, string cause)
    {
        _made.Add(tree);
        _plan.Step(_plan.Trees, "make a tmpfs for", destination, cause, step =>
            FsSteps.Create(step, _plan, "tmpfs", mount.Source ?? "tmpfs", Labelled("tmpfs", options), options.OfNew & ~MOUNT_ATTR_RDONLY, tree));
    }

    private void AddFileSystem(MountSpec mount, string destination, MountOptions options, Register tree, string cause)
    {
        string type = mount.Type ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"{cause} has no type");
        _plan.Step(PlanPhase.Mounts, $"mount {type} on", destination, cause, step =>
        {
            Register place = _plan.NewRegister();
            // Where the kernel's own file systems and /dev go, an image's link is an attack, not a convenience.
            bool strict = type is "proc" or "sysfs" or "devpts" or "mqueue" || RootPath.IsWithin(destination, "/dev");
            long resolve = strict ? RESOLVE_NO_SYMLINKS : RESOLVE_NO_MAGICLINKS;
            bool isMade = _made.Contains(tree);
            bool inherits = type == "tmpfs" && !isMade && !options.Data.Any(static option => option.Key == "mode");
            Register existing = _plan.NewRegister();
            if (inherits || options.CopiesUp)
            {
                var missing = new Label();
                RootPath.Open(step, _root, destination, existing, resolve, missing);
                step.Mark(missing);
            }
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
