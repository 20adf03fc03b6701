using System.Text;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Mounts;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>Kernel parameters of the container's own namespaces, written through a procfs that nothing can lie on (invariant I2).</summary>
internal static class SysctlSteps
{
    private static readonly string[] s_ipc =
        ["kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"];

    public static void Add(PlanBuilder plan, IReadOnlyDictionary<string, string> sysctls, NamespacePlan namespaces, Register? mounted)
    {
        foreach ((string name, string value) in sysctls)
            RequireNamespaced(name, value, namespaces);
        Register proc = mounted ?? plan.NewRegister();
        if (mounted is null)
        {
            plan.Step(PlanPhase.Sysctls, "open a private procfs", null, "linux.sysctl", step =>
                FsSteps.Create(step, plan, "proc", "proc", [], MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, proc));
        }
        foreach ((string name, string value) in sysctls)
        {
            plan.Step(PlanPhase.Sysctls, "set the sysctl", name, "linux.sysctl", step =>
            {
                Register file = plan.NewRegister();
                byte[] text = Encoding.ASCII.GetBytes(value);
                string path = "sys/" + name.Replace('.', '/');
                // No link and no other mount on the way: what is written is the kernel's file or nothing.
                long resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
                step.Call(Syscall.openat2, proc, path, RootPath.How(O_WRONLY, resolve), 24).Into(file);
                step.Call(Syscall.write, file, text, text.Length).AtLeast(text.Length);
            }, value);
        }
    }

    // Anything else is the host's (CVE-2022-0811: a value smuggled kernel.core_pattern in).
    private static void RequireNamespaced(string name, string value, NamespacePlan namespaces)
    {
        bool plainName = name.Length > 0 && !name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
            && !name.Contains("..", StringComparison.Ordinal);
        bool plainValue = !value.AsSpan().ContainsAny("+=\n\0/");
        CloneFlags needed = name.StartsWith("net.", StringComparison.Ordinal) ? CloneFlags.CLONE_NEWNET
            : s_ipc.Contains(name) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal) ? CloneFlags.CLONE_NEWIPC
            : name is "kernel.domainname" ? CloneFlags.CLONE_NEWUTS
            : CloneFlags.None;
        if (!plainName || !plainValue || needed == CloneFlags.None)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"sysctl '{Printable.Escape(name)}' is not one of a container's own");
        if (!namespaces.IsPrivate(needed))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"sysctl '{name}' can't be set in the host's namespace");
    }
}
