using Slipway.Linux.Seccomp;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Seccomp;

/// <summary>A filter as seccomp(2) takes it.</summary>
/// <param name="Program">An array of <c>struct sock_filter</c>.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_ bits.</param>
internal sealed record LoadableFilter(byte[] Program, long Flags)
{
    /// <summary>The kernel gives a descriptor back, for an agent.</summary>
    public bool Notifies => (Flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;

    /// <summary>Compiles a profile, or takes it from the cache.</summary>
    /// <exception cref="SlipwayException">InvalidArgument; NotSupported for a flag that this kernel lacks.</exception>
    public static LoadableFilter Of(SeccompSpec spec, string? cacheDir) => new(FilterCache.Load(spec, cacheDir), FlagsOf(spec));

    // Without a word about flags: no mitigation of speculation for the sake of a filter, which is the kernel's own default since 5.16.
    private static long FlagsOf(SeccompSpec spec)
    {
        bool notifies = SeccompAgent.IsNeeded(spec) || !string.IsNullOrEmpty(spec.ListenerPath);
        long flags = spec.Flags is null ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : 0;
        foreach (string name in spec.Flags ?? [])
        {
            long flag = SeccompTokens.Flag(name);
            if (!FilterFlags.IsSupported(flag))
                throw new SlipwayException(ErrorKind.NotSupported, $"seccomp flag {name}: this kernel does not know it");
            // There is nothing to receive without a listener, and the kernel says so (EINVAL).
            if (flag != SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV || notifies)
                flags |= flag;
        }
        if (notifies)
            flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
        // Both give an answer as the call's result; this makes room for the listener's.
        bool both = notifies && (flags & SECCOMP_FILTER_FLAG_TSYNC) != 0;
        return both ? flags | SECCOMP_FILTER_FLAG_TSYNC_ESRCH : flags;
    }
}
