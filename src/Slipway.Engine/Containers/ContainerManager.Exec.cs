using Slipway.Linux;
using Slipway.Linux.Capabilities;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;
using Slipway.Runtime.Specs;
using Slipway.Runtime.State;
using Slipway.Runtime.Users;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>
    /// Runs a command in a running container with the capabilities, filter, limits and environment that its first process has.
    /// Streams are this process's own; returns the exit code, 0 when detached.
    /// </summary>
    /// <exception cref="SlipwayException">Conflict: the container doesn't run. CommandNotFound, CommandNotExecutable.</exception>
    public int Exec(string nameOrId, ExecRequest request)
    {
        ContainerRecord record = Get(nameOrId);
        string runDir = _context.Paths.Run(record.Id);
        if (record.IsRestarting)
            throw Restarting(record);
        if (!record.IsRunning || ContainerProbe.ReadState(runDir) is not { } state)
            throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not running");
        if (record.IsPaused)
            throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is paused, unpause the container before exec");
        string path = Path.Combine(runDir, "config.json");
        RuntimeSpec spec = RuntimeSpecJson.Read(File.ReadAllBytes(path), $"'{path}'");
        var config = new ExecConfig
        {
            TargetPid = state.Pid,
            TargetStartTime = state.PidStartTime,
            Process = ProcessOf(request, spec.Process!, state),
            CgroupPaths = state.CgroupPaths,
            // A filter that keeps calls from those without the capabilities is of no use to one who has them all.
            Seccomp = request.Privileged && spec.Linux?.Seccomp is not null ? DefaultSpec.Seccomp(CapabilityNames.All) : spec.Linux?.Seccomp,
            SeccompCacheDir = _context.Paths.SeccompCache,
            OpenStdin = request.Interactive,
        };
        string execId = RandomBytes.Hex256();
        string command = string.Join(' ', request.Command);
        _context.Events.Container(record, "exec_create: " + command, null, ("execID", execId));
        using ExecSession session = _context.Launcher.Exec(config, attach: !request.Detach);
        _context.Events.Container(record, "exec_start: " + command, null, ("execID", execId));
        if (session.Attach is null)
            return 0;
        AttachResult result = session.Attach.Pump(new PumpOptions { Stdin = request.Interactive, Terminal = request.Terminal, DetachKeys = request.DetachKeys ?? new PumpOptions().DetachKeys });
        if (result.End is AttachEnd.Exited)
            _context.Events.Container(record, "exec_die", null, ("execID", execId), ("exitCode", result.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (result.End is AttachEnd.Detached)
            _context.Events.Container(record, "exec_detach", null, ("execID", execId));
        return result.End switch
        {
            AttachEnd.Exited => result.ExitCode,
            AttachEnd.Lost => throw new SlipwayException(ErrorKind.Conflict, $"container {record.Name} ended while the command ran"),
            _ => 0,
        };
    }

    private static ProcessSpec ProcessOf(ExecRequest request, ProcessSpec first, ContainerState state)
    {
        UserSpec user = first.User;
        string? home = null;
        if (request.User is not null)
        {
            using Linux.Files.DirFd root = Linux.Files.DirFd.Open($"/proc/{state.Pid}/root");
            ResolvedUser resolved = UserResolver.Resolve(root, request.User, []);
            user = resolved.Spec;
            home = resolved.Home;
        }
        List<string> environment = [.. first.Env ?? []];
        if (home is not null)
            EnvironmentList.Set(environment, "HOME=" + home);
        foreach (string variable in request.Environment)
            EnvironmentList.Set(environment, variable);
        if (request.Terminal)
            EnvironmentList.SetDefault(environment, "TERM=xterm");
        return first with
        {
            Args = request.Command,
            Env = environment,
            Cwd = request.WorkingDirectory ?? first.Cwd,
            Terminal = request.Terminal,
            User = user,
            // By the user of this process: the first one's sets would make a plain user of root's container capable.
            Capabilities = DefaultSpec.CapabilitySets(request.Privileged ? CapabilityNames.All : first.Capabilities?.Bounding ?? [], user.Uid),
        };
    }
}
