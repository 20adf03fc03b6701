using System.Text;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Mounts;
using Slipway.Runtime.Specs;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>Kernel parameters of the container's own namespaces, written through a procfs that nothing can lie on (invariant I2).</summary>
internal static class SysctlSteps
{
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
                string path = "sys/" + SysctlName.PathOf(name);
                // No link and no other mount on the way: what is written is the kernel's file or nothing.
                long resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
                step.Call(Syscall.openat2, proc, path, RootPath.How(O_WRONLY, resolve), 24).Into(file);
                step.Call(Syscall.write, file, text, text.Length).AtLeast(text.Length);
            }, value);
        }
    }

    // Anything else is the host's. A spec that was checked has none of these: this is the last door (invariant I2).
    private static void RequireNamespaced(string name, string value, NamespacePlan namespaces)
    {
        CloneFlags needed = SysctlName.NamespaceOf(name) switch
        {
            "network" => CloneFlags.CLONE_NEWNET,
            "ipc" => CloneFlags.CLONE_NEWIPC,
            "uts" => CloneFlags.CLONE_NEWUTS,
            _ => CloneFlags.None,
        };
        if (needed == CloneFlags.None || !SysctlName.IsPlainValue(value))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"sysctl '{Printable.Escape(name)}' is not one of a container's own");
        if (!namespaces.IsPrivate(needed))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"sysctl '{name}' can't be set in the host's namespace");
    }
}
