using Slipway.Runtime.Bundles;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Monitoring;

/// <summary>Starts a process inside a running container.</summary>
internal sealed class JoinStarter(ExecConfig config) : IContainerStarter
{
    // tty, as the devpts of every container has it.
    private const uint TerminalGroup = 5;

    public bool Terminal => config.Process.Terminal ?? false;

    public (uint Uid, uint Gid) Owner
    {
        get
        {
            (uint, uint) owner = (config.Process.User.Uid, config.Process.User.Gid);
            return config.Owners?.Outside(owner) ?? owner;
        }
    }

    public IStartedContainer Start(ChildStdio? stdio)
    {
        var options = new ExecOptions
        {
            TargetPid = config.TargetPid,
            TargetStartTime = config.TargetStartTime,
            Process = config.Process,
            TerminalOwner = config.Owners?.Outside((0, TerminalGroup)),
            Stdio = StartedContainer.FdsOf(stdio),
            DiesWithParent = true,
            CgroupPaths = config.CgroupPaths,
            Seccomp = config.Seccomp,
            SeccompCacheDir = config.SeccompCacheDir,
        };
        return new StartedContainer(ExecStarter.Start(options), ownsCgroup: false);
    }
}
