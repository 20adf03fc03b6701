using System.Text;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Mounts;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>What is done while the host's root is still there: cgroups, the OOM score, namespaces of others.</summary>
internal static class HostSteps
{
    public static void AddCgroup(PlanBuilder plan, PlanInputs inputs, bool newNamespace)
    {
        if (inputs.CgroupJoins.Count > 0)
        {
            plan.Step(PlanPhase.Cgroup, "join the cgroup", null, "linux.cgroupsPath", step =>
            {
                foreach (SafeFd procs in inputs.CgroupJoins)
                    step.Call(Syscall.write, plan.Input(procs.Number), "0", 1).AtLeast(1);
            }, $"{inputs.CgroupJoins.Count} hierarchies");
        }
        if (newNamespace)
        {
            plan.Step(PlanPhase.Cgroup, "unshare the cgroup namespace", null, "linux.namespaces", static step =>
                step.Call(Syscall.unshare, (long)CloneFlags.CLONE_NEWCGROUP));
        }
    }

    /// <summary>Written through the host's /proc, verified to be one (invariant I2).</summary>
    public static void AddOomScore(PlanBuilder plan, ProcessSpec process)
    {
        if (process.OomScoreAdj is not { } score)
            return;
        plan.Step(PlanPhase.Host, "write", "/proc/self/oom_score_adj", "process.oomScoreAdj", step =>
        {
            Register file = plan.NewRegister();
            byte[] text = Encoding.ASCII.GetBytes(score.ToString());
            step.Call(Syscall.openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0).Into(file);
            FsSteps.CheckFileSystem(step, file, PROC_SUPER_MAGIC, wanted: true, Errno.EXDEV);
            // Without CAP_SYS_RESOURCE a score below our own is refused: then ours stays, as it does with the peers.
            step.Call(Syscall.write, file, text, text.Length).Tolerate(Errno.EACCES, Errno.EPERM);
        }, score.ToString());
    }

    public static void AddJoins(PlanBuilder plan, NamespacePlan namespaces)
    {
        foreach ((CloneFlags kind, string path) in namespaces.Joined)
        {
            // A pid namespace is joined by the parent: it is for children only.
            if (kind == CloneFlags.CLONE_NEWPID)
                continue;
            plan.Step(PlanPhase.Join, "join the namespace", path, "linux.namespaces", step =>
            {
                Register opened = plan.NewRegister();
                step.Call(Syscall.openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0).Into(opened);
                step.Call(Syscall.setns, opened, (long)kind);
            });
        }
    }
}
