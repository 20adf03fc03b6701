using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Mounts;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Plan;

/// <summary>Enters the working directory and makes sure that it is one of the container's (invariant I4, CVE-2024-21626).</summary>
internal static class DirectorySteps
{
    private const int PathMax = 4096;

    private static readonly Dictionary<Errno, string> s_reasons = new()
    {
        [Errno.EXDEV] = "it lies outside the container",
        [Errno.ELOOP] = "it leads through a link of /proc, or in a circle",
    };

    /// <param name="plan">The plan.</param>
    /// <param name="cwd">As the spec has it.</param>
    /// <param name="root">The root, to make a missing directory in; null: a missing one is an error.</param>
    public static void Add(PlanBuilder plan, string cwd, Register? root)
    {
        string path = RootPath.Clean(cwd, "working directory");
        plan.Step(PlanPhase.Directory, "chdir to the working directory", path, "process.cwd", step =>
        {
            var seen = new PlanBuffer(PathMax);
            if (root is { } start)
            {
                Register directory = plan.NewRegister();
                RootPath.Ensure(step, plan, start, path, directory: true, directory, RESOLVE_NO_MAGICLINKS);
                step.Call(Syscall.fchdir, directory);
            }
            else
            {
                Register directory = plan.NewRegister();
                step.Call(Syscall.openat2, AT_FDCWD, path, RootPath.How(O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS), 24).Into(directory);
                step.Call(Syscall.fchdir, directory);
            }
            // The kernel says "(unreachable)/…" of a place that no path of this root leads to (getcwd(2)).
            step.Call(Syscall.getcwd, seen, PathMax);
            step.Check(seen, 0, 1, 0xff, '/', Errno.EXDEV);
        }, "", s_reasons);
    }
}
