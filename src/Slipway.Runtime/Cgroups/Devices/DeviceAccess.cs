namespace Slipway.Runtime.Cgroups.Devices;

/// <summary>What a process may do with a device; values of <c>BPF_DEVCG_ACC_*</c> (linux/bpf.h).</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    Make = 1,
    Read = 2,
    Write = 4,
    All = Make | Read | Write,
}
