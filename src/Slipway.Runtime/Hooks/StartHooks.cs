using Slipway.Oci.Runtime;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Runtime.Hooks;

/// <summary>The hooks of a container's making and start, each at its place (config.md, POSIX-platform Hooks).</summary>
internal static class StartHooks
{
    public static bool AreOfCreate(RuntimeSpec spec) => spec.Hooks is { Prestart.Count: > 0 } or { CreateRuntime.Count: > 0 } or { CreateContainer.Count: > 0 };

    public static bool AreOfStart(RuntimeSpec spec) => spec.Hooks is { StartContainer.Count: > 0 };

    /// <summary>With everything mounted, before the root changes.</summary>
    /// <param name="spec">Whose they are.</param>
    /// <param name="pid">The container's process.</param>
    /// <param name="rootfs">Its root, where those inside run.</param>
    /// <param name="describe">What they are told of it.</param>
    public static void RunCreate(RuntimeSpec spec, int pid, string rootfs, Func<ContainerStatus, OciState> describe)
    {
        // The oldest kind of hook knows no "creating".
        HookRunner.Run(spec.Hooks?.Prestart, "prestart", describe(ContainerStatus.Created));
        OciState state = describe(ContainerStatus.Creating);
        HookRunner.Run(spec.Hooks?.CreateRuntime, "createRuntime", state);
        HookRunner.RunInside(spec.Hooks?.CreateContainer, "createContainer", state, new HookPlace(pid, rootfs));
    }

    /// <summary>With nothing left to do but to execute.</summary>
    /// <param name="spec">Whose they are.</param>
    /// <param name="pid">The container's process.</param>
    /// <param name="filterCache">As <see cref="Process.StartOptions.SeccompCacheDir"/>.</param>
    /// <param name="state">What they are told of it.</param>
    public static void RunStart(RuntimeSpec spec, int pid, string? filterCache, OciState state) =>
        HookRunner.RunInside(spec.Hooks?.StartContainer, "startContainer", state, HookPlace.ForStart(pid, spec, filterCache));
}
