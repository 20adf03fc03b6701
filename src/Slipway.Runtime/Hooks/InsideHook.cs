using Slipway.Linux;
using Slipway.Linux.Capabilities;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Hooks;

/// <summary>Starts a hook's program in a container's namespaces.</summary>
internal static class InsideHook
{
    /// <summary>The started process, a child of ours.</summary>
    public static SafeFd Start(HookSpec hook, IReadOnlyList<string> args, HookPlace place, OciState state, SafeFd input, SafeFd output)
    {
        // The path is looked up, the name that the program sees is the hook's own first argument.
        var options = new ExecOptions
        {
            TargetPid = place.Target,
            TargetStartTime = ProcessStat.StartTime(place.Target) ?? throw new SlipwayException(ErrorKind.NotFound, "the container's process has ended"),
            Process = new ProcessSpec
            {
                Cwd = place.Directory,
                Args = args,
                Env = hook.Env ?? place.Environment,
                User = new UserSpec { Uid = 0, Gid = 0 },
                Capabilities = AllCapabilities(),
            },
            Program = hook.Path,
            Stdio = new StdioFds(input.Number, output.Number, output.Number),
            CgroupPaths = [],
            Seccomp = place.Filter,
            SeccompCacheDir = place.FilterCache,
            State = state,
            DiesWithParent = true,
        };
        using StartedProcess started = ExecStarter.Start(options);
        return started.TakePidFd();
    }

    // What this process has: what the container's own namespaces make of it is up to them.
    private static CapabilitiesSpec AllCapabilities()
    {
        ulong own = OwnCapabilities.Effective();
        string[] names = [.. CapabilityNames.All.Where((_, number) => (own >> number & 1) != 0)];
        return new CapabilitiesSpec { Bounding = names, Effective = names, Permitted = names };
    }
}
