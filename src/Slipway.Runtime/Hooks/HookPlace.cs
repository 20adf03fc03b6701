using Slipway.Oci.Runtime;
using Slipway.Runtime.Users;

namespace Slipway.Runtime.Hooks;

/// <summary>Where a hook runs that runs in a container.</summary>
/// <param name="Target">The container's process.</param>
/// <param name="Directory">Its working directory.</param>
/// <param name="Filter">The filter of system calls, which is the container's where its process has loaded it already.</param>
/// <param name="FilterCache">As <see cref="Process.StartOptions.SeccompCacheDir"/>.</param>
/// <param name="Environment">For a hook that says nothing of its environment; null: none.</param>
internal sealed record HookPlace(
    int Target, string Directory = "/", SeccompSpec? Filter = null, string? FilterCache = null, IReadOnlyList<string>? Environment = null)
{
    /// <summary>For the hooks of start: with the container's filter, and its process's environment.</summary>
    public static HookPlace ForStart(int target, RuntimeSpec spec, string? filterCache) => new(target, Filter: spec.Linux?.Seccomp, FilterCache: filterCache,
        Environment: spec.Hooks?.StartContainer is { Count: > 0 } && spec.Process is { } process ? ProcessEnvironment.Complete(process, $"/proc/{target}/root").Env : null);
}
