using System.Text;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Host;
using Slipway.Runtime.Mounts;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>
/// What security modules are to make of the process: told now, through the host's own /proc, verified to be one (invariant I2), and taken up
/// by the kernel at execve (proc_pid_attr(5)).
/// </summary>
internal static class LabelSteps
{
    public static void Add(PlanBuilder plan, ProcessSpec process)
    {
        if (process.ApparmorProfile is { Length: > 0 } profile && !SecurityModules.MeansNothing(profile))
            AddAppArmor(plan, profile);
        if (process.SelinuxLabel is { Length: > 0 } label)
        {
            plan.Step(PlanPhase.Host, "set the SELinux label", label, "process.selinuxLabel", step =>
            {
                Register file = plan.NewRegister();
                step.Call(Syscall.openat, AT_FDCWD, "/proc/thread-self/attr/exec", O_WRONLY | O_CLOEXEC, 0).Into(file);
                Write(step, file, label);
            }, "", new Dictionary<Errno, string> { [Errno.EINVAL] = "the policy does not have it" });
        }
    }

    // A directory of its own since Linux 5.8; before, the file is that of the one module that there is.
    private static void AddAppArmor(PlanBuilder plan, string profile) =>
        plan.Step(PlanPhase.Host, "set the AppArmor profile", profile, "process.apparmorProfile", step =>
        {
            Register file = plan.NewRegister();
            var write = new Label();
            step.Call(Syscall.openat, AT_FDCWD, "/proc/thread-self/attr/apparmor/exec", O_WRONLY | O_CLOEXEC, 0).Into(file).Tolerate(Errno.ENOENT).ThenTo(write);
            step.Call(Syscall.openat, AT_FDCWD, "/proc/thread-self/attr/exec", O_WRONLY | O_CLOEXEC, 0).Into(file);
            step.Mark(write);
            Write(step, file, "exec " + profile);
        }, "", new Dictionary<Errno, string> { [Errno.ENOENT] = "it is not loaded: load it with apparmor_parser" });

    private static void Write(StepBuilder step, Register file, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        FsSteps.CheckFileSystem(step, file, PROC_SUPER_MAGIC, wanted: true, Errno.EXDEV);
        step.Call(Syscall.write, file, bytes, bytes.Length);
    }
}
