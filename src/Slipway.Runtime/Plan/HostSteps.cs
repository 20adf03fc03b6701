using System.Text;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Mounts;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>What is done while the host's root is still there: cgroups and the OOM score.</summary>
internal static class HostSteps
{
    public static void AddCgroup(PlanBuilder plan, PlanInputs inputs, bool newNamespace, string? joined = null)
    {
        if (inputs.CgroupJoins.Count > 0)
        {
            plan.Step(PlanPhase.Cgroup, "join the cgroup", null, "linux.cgroupsPath", step =>
            {
                foreach (SafeFd procs in inputs.CgroupJoins)
                {
                    Register opened = plan.Input(procs.Number);
                    // Closed at once: an exec is about to enter a container, which must not find a file of the host's open there (invariant I4).
                    step.Call(Syscall.write, opened, "0", 1).AtLeast(1);
                    step.Call(Syscall.close, opened);
                }
            }, $"{inputs.CgroupJoins.Count} hierarchies");
        }
        if (joined is not null)
        {
            plan.Step(PlanPhase.Cgroup, "join the namespace", joined, "linux.namespaces", step =>
            {
                Register opened = plan.NewRegister();
                step.Call(Syscall.openat, AT_FDCWD, joined, O_RDONLY | O_CLOEXEC, 0).Into(opened);
                step.Call(Syscall.setns, opened, (long)CloneFlags.CLONE_NEWCGROUP);
            });
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
}
