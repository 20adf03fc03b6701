using System.Runtime.InteropServices;

namespace Slipway.Linux.Bpf;

/// <summary>bpf(2).</summary>
internal static unsafe partial class BpfCall
{
    private const long SYS_bpf = 321;

    /// <summary>Does one command; -1 with errno set when it fails. EAGAIN of the verifier (a signal came) is repeated.</summary>
    /// <param name="command">BPF_PROG_LOAD and so on.</param>
    /// <param name="attributes">The command's part of <c>union bpf_attr</c>; what the kernel doesn't know of it must be zero.</param>
    public static int Do<T>(int command, ref T attributes)
        where T : unmanaged
    {
        fixed (T* p = &attributes)
        {
            long result;
            do
                result = syscall(SYS_bpf, command, p, (uint)sizeof(T));
            while (result == -1 && Check.LastErrno is Errno.EINTR or Errno.EAGAIN);
            return (int)result;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long command, void* attributes, ulong size);
}
