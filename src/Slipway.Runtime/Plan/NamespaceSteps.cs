using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>Makes and joins what one clone3 can't (<see cref="NamespacePlan.NeedsFork"/>), and waits for the maps of a user namespace.</summary>
internal static class NamespaceSteps
{
    /// <summary>What clone3 makes; the rest is unshared here.</summary>
    public static CloneFlags ClonedFlags(NamespacePlan namespaces) => namespaces.NeedsFork ? CloneFlags.None : namespaces.New;

    public static void Add(PlanBuilder plan, NamespacePlan namespaces)
    {
        bool makesUser = namespaces.New.HasFlag(CloneFlags.CLONE_NEWUSER);
        if (namespaces.NeedsFork && makesUser)
        {
            // While this is still the host's root, who owns them.
            AddJoins(plan, namespaces);
            plan.Step(PlanPhase.Namespaces, "unshare the user namespace", null, "linux.namespaces", static step =>
                step.Call(Syscall.unshare, (long)CloneFlags.CLONE_NEWUSER));
        }
        else if (namespaces.PathOf(CloneFlags.CLONE_NEWUSER) is { } user)
        {
            AddJoin(plan, CloneFlags.CLONE_NEWUSER, user);
        }
        if (namespaces.HasUser)
            AddMapped(plan);
        if (!(namespaces.NeedsFork && makesUser))
            AddJoins(plan, namespaces);
        if (namespaces.NeedsFork)
            AddFork(plan, namespaces);
    }

    // A user namespace stands before or after all others. A pid namespace is for children only, and joined by who has them.
    private static void AddJoins(PlanBuilder plan, NamespacePlan namespaces)
    {
        foreach ((CloneFlags kind, string path) in namespaces.Joined)
        {
            if (kind == CloneFlags.CLONE_NEWPID ? namespaces.NeedsFork : kind is not (CloneFlags.CLONE_NEWUSER or CloneFlags.CLONE_NEWCGROUP))
                AddJoin(plan, kind, path);
        }
    }

    private static void AddJoin(PlanBuilder plan, CloneFlags kind, string path) =>
        plan.Step(PlanPhase.Namespaces, "join the namespace", path, "linux.namespaces", step =>
        {
            Register opened = plan.NewRegister();
            step.Call(Syscall.openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0).Into(opened);
            step.Call(Syscall.setns, opened, (long)kind);
        }, kind.ToString(), new Dictionary<Errno, string> { [Errno.EINVAL] = $"it is not a namespace of the kind {kind}, or can't be joined from here" });

    private static void AddMapped(PlanBuilder plan) =>
        plan.Step(PlanPhase.Namespaces, "become root of the user namespace", null, "linux.uidMappings", static step => step
            .Checkpoint(Checkpoint.Mapped, wait: true)
            // A map without 0 leaves an id that nobody has, with all capabilities all the same.
            .Call(Syscall.setresgid, 0, 0, 0).Tolerate(Errno.EINVAL)
            .Call(Syscall.setresuid, 0, 0, 0).Tolerate(Errno.EINVAL));

    private static void AddFork(PlanBuilder plan, NamespacePlan namespaces)
    {
        CloneFlags rest = namespaces.New & ~CloneFlags.CLONE_NEWUSER;
        plan.Step(PlanPhase.Namespaces, "unshare the namespaces", null, "linux.namespaces", step =>
            step.Call(Syscall.unshare, (long)rest), rest.ToString());
        plan.Step(PlanPhase.Namespaces, "go on in a child", null, "linux.namespaces", step =>
        {
            if (namespaces.TimeOffsets is not null)
                step.Checkpoint(Checkpoint.Unshared, wait: true);
            step.Fork();
        }, "pid and time namespaces are for children only");
        // As the process before it did.
        plan.Step(PlanPhase.Namespaces, "begin a session", null, "default", static step => step
            .Call(Syscall.setsid)
            .Call(Syscall.prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
    }
}
