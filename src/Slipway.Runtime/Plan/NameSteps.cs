using System.Text;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>Host and domain name, and the loopback device.</summary>
internal static class NameSteps
{
    private const int InterfaceRequestSize = 40, NameSize = 16;

    public static void Add(PlanBuilder plan, RuntimeSpec spec, NamespacePlan namespaces)
    {
        if (spec.Hostname is { Length: > 0 } hostname)
            AddName(plan, Syscall.sethostname, "set the host name", hostname, "hostname", namespaces);
        if (spec.Domainname is { Length: > 0 } domainname)
            AddName(plan, Syscall.setdomainname, "set the domain name", domainname, "domainname", namespaces);
        if (namespaces.New.HasFlag(CloneFlags.CLONE_NEWNET))
            AddLoopback(plan);
    }

    private static void AddName(PlanBuilder plan, Syscall call, string what, string name, string cause, NamespacePlan namespaces)
    {
        if (!namespaces.IsPrivate(CloneFlags.CLONE_NEWUTS))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"{cause} can't be set in the host's uts namespace");
        plan.Step(PlanPhase.Names, what, name, cause, step => step.Call(call, name, Encoding.UTF8.GetByteCount(name)));
    }

    // netdevice(7): struct ifreq with the name and the flags; any socket will do.
    private static void AddLoopback(PlanBuilder plan) =>
        plan.Step(PlanPhase.Names, "bring up", "lo", "linux.namespaces", step =>
        {
            var request = new byte[InterfaceRequestSize];
            "lo"u8.CopyTo(request);
            request[NameSize] = (byte)IFF_UP;
            Register socket = plan.NewRegister();
            step.Call(Syscall.socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0).Into(socket);
            step.Call(Syscall.ioctl, socket, SIOCSIFFLAGS, request);
        });
}
