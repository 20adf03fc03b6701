using System.Runtime.InteropServices;

namespace Slipway.Linux.Seccomp;

/// <summary>One comparison of an argument (seccomp_rule_add(3), <c>struct scmp_arg_cmp</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct scmp_arg_cmp
{
    public uint arg;
    public int op;
    public ulong datum_a;
    public ulong datum_b;
}

/// <summary>A filter under construction, by libseccomp (seccomp_init(3)).</summary>
public sealed unsafe partial class SeccompContext : SafeHandle
{
    private const uint SCMP_ARCH_NATIVE = 0, SCMP_ACT_ALLOW = 0x7fff0000;
    private const int __NR_SCMP_ERROR = -1, SCMP_FLTATR_CTL_OPTIMIZE = 8, EEXIST = 17, EINVAL = 22;

    private SeccompContext(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    /// <summary>The library's version: compiled filters of another one are compiled anew.</summary>
    public static string LibraryVersion
    {
        get
        {
            uint* version = seccomp_version();
            return $"{version[0]}.{version[1]}.{version[2]}";
        }
    }

    /// <summary>Begins a filter for the native architecture.</summary>
    /// <exception cref="LinuxException">The default action is none that the library knows.</exception>
    public static SeccompContext Create(uint defaultAction)
    {
        nint context = seccomp_init(defaultAction);
        return context != 0 ? new(context) : throw new LinuxException("seccomp_init", Errno.EINVAL);
    }

    /// <summary>The number of a call, or null where this library has no such name.</summary>
    public static int? FindCall(string name) => seccomp_syscall_resolve_name(name) is var number and not __NR_SCMP_ERROR ? number : null;

    /// <summary>The number of a call on an architecture; null where it has none of that name, or none of its own.</summary>
    public static uint? FindCall(uint architecture, string name) =>
        seccomp_syscall_resolve_name_arch(architecture, name) is var number and >= 0 ? (uint)number : null;

    /// <summary>Filters calls of this architecture too.</summary>
    /// <exception cref="LinuxException">EINVAL: the library doesn't know it. EDOM: it has the other byte order.</exception>
    public void AddArchitecture(uint token)
    {
        int result = seccomp_arch_add(handle, token);
        if (result != -EEXIST)
            Succeed(result, "seccomp_arch_add");
    }

    /// <summary>Whether the library has this architecture's calls.</summary>
    public static bool Knows(uint token)
    {
        using SeccompContext context = Create(SCMP_ACT_ALLOW);
        return seccomp_arch_add(context.handle, token) != -EINVAL;
    }

    /// <summary>Filters calls of this architecture and not of the native one.</summary>
    public void ReplaceArchitecture(uint token)
    {
        Succeed(seccomp_arch_remove(handle, SCMP_ARCH_NATIVE), "seccomp_arch_remove");
        AddArchitecture(token);
    }

    /// <summary>Takes up another filter, of other architectures, which is gone afterwards (seccomp_merge(3)).</summary>
    public void Merge(SeccompContext other)
    {
        int result = seccomp_merge(handle, other.handle);
        if (result == 0)
            other.SetHandleAsInvalid();
        other.Dispose();
        Succeed(result, "seccomp_merge");
    }

    /// <summary>Adds a rule: all comparisons must hold. False when an earlier rule with another action stands in its way.</summary>
    public bool TryAddRule(uint action, int call, ReadOnlySpan<scmp_arg_cmp> arguments)
    {
        int result;
        fixed (scmp_arg_cmp* array = arguments)
            result = seccomp_rule_add_array(handle, action, call, (uint)arguments.Length, array);
        if (result == -EEXIST)
            return false;
        Succeed(result, "seccomp_rule_add");
        return true;
    }

    /// <summary>Sorts the program as a binary tree: a call costs a few comparisons instead of hundreds (libseccomp 2.5).</summary>
    public void OptimizeForSpeed() => _ = seccomp_attr_set(handle, SCMP_FLTATR_CTL_OPTIMIZE, 2);

    /// <summary>Writes the program, an array of <c>struct sock_filter</c>, to a file.</summary>
    public void Export(SafeFd file) => Succeed(seccomp_export_bpf(handle, file.Number), "seccomp_export_bpf");

    protected override bool ReleaseHandle()
    {
        seccomp_release(handle);
        return true;
    }

    private static void Succeed(int result, string call)
    {
        if (result < 0)
            throw new LinuxException(call, (Errno)(-result));
    }

    [LibraryImport("libseccomp")]
    private static partial uint* seccomp_version();

    [LibraryImport("libseccomp")]
    private static partial nint seccomp_init(uint action);

    [LibraryImport("libseccomp")]
    private static partial void seccomp_release(nint context);

    [LibraryImport("libseccomp")]
    private static partial int seccomp_arch_add(nint context, uint token);

    [LibraryImport("libseccomp")]
    private static partial int seccomp_arch_remove(nint context, uint token);

    [LibraryImport("libseccomp")]
    private static partial int seccomp_merge(nint into, nint from);

    [LibraryImport("libseccomp")]
    private static partial int seccomp_attr_set(nint context, int attribute, uint value);

    [LibraryImport("libseccomp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport("libseccomp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name_arch(uint architecture, string name);

    [LibraryImport("libseccomp")]
    private static partial int seccomp_rule_add_array(nint context, uint action, int call, uint count, scmp_arg_cmp* arguments);

    [LibraryImport("libseccomp")]
    private static partial int seccomp_export_bpf(nint context, int fd);
}
