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
        string execId = CreateExec(nameOrId, request);
        using ExecSession session = StartExec(nameOrId, execId, request, attach: !request.Detach);
        if (session.Attach is null)
            return 0;
        AttachResult result = session.Attach.Pump(new PumpOptions { Stdin = request.Interactive, Terminal = request.Terminal, DetachKeys = request.DetachKeys ?? new PumpOptions().DetachKeys });
        if (result.End is AttachEnd.Exited)
            EndExec(nameOrId, execId, result.ExitCode);
        if (result.End is AttachEnd.Detached)
            DetachExec(nameOrId, execId);
        return result.End switch
        {
            AttachEnd.Exited => result.ExitCode,
            AttachEnd.Lost => throw new SlipwayException(ErrorKind.Conflict, $"container {nameOrId} ended while the command ran"),
            _ => 0,
        };
    }

    /// <summary>Says that a command shall be run in a container: it gets a number, by which the events and its client call it.</summary>
    /// <exception cref="SlipwayException">Conflict: the container doesn't run, or is paused.</exception>
    public string CreateExec(string nameOrId, ExecRequest request)
    {
        (ContainerRecord record, _) = GetForExec(nameOrId);
        string execId = RandomBytes.Hex256();
        _context.Events.Container(record, "exec_create: " + string.Join(' ', request.Command), null, ("execID", execId));
        return execId;
    }

    /// <summary>Runs it.</summary>
    /// <param name="nameOrId">The container.</param>
    /// <param name="execId">The command's number.</param>
    /// <param name="request">The command.</param>
    /// <param name="attach">Hands back its streams, connected before it starts.</param>
    /// <exception cref="SlipwayException">Conflict: the container doesn't run, or is paused. CommandNotFound, CommandNotExecutable.</exception>
    public ExecSession StartExec(string nameOrId, string execId, ExecRequest request, bool attach)
    {
        (ContainerRecord record, ContainerState state) = GetForExec(nameOrId);
        ExecSession session;
        try
        {
            session = _context.Launcher.Exec(ConfigOf(record, state, request), attach);
        }
        catch (Exception e) when (e is SlipwayException { Kind: ErrorKind.Internal } or FileNotFoundException or DirectoryNotFoundException && ContainerProbe.IsEnding(state))
        {
            // It ended meanwhile: what was to be joined is gone, whatever that was.
            throw NotRunning(record, e);
        }
        _context.Events.Container(record, "exec_start: " + string.Join(' ', request.Command), null, ("execID", execId));
        return session;
    }

    /// <summary>Says that it has ended.</summary>
    public void EndExec(string nameOrId, string execId, int exitCode)
    {
        if (Find(nameOrId) is { } record)
            _context.Events.Container(record, "exec_die", null, ("execID", execId), ("exitCode", exitCode.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Says that its client left it alone.</summary>
    public void DetachExec(string nameOrId, string execId)
    {
        if (Find(nameOrId) is { } record)
            _context.Events.Container(record, "exec_detach", null, ("execID", execId));
    }

    private ExecConfig ConfigOf(ContainerRecord record, ContainerState state, ExecRequest request)
    {
        string path = _context.Paths.Config(record.Id);
        RuntimeSpec spec = RuntimeSpecJson.Read(File.ReadAllBytes(path), $"'{path}'");
        return new()
        {
            TargetPid = state.Pid,
            TargetStartTime = state.PidStartTime,
            Process = ProcessOf(request, spec.Process!, state, () => NamesTerminal(record, request)),
            Owners = OwnerMap.Of(spec.Linux),
            CgroupPaths = state.CgroupPaths,
            // A filter that keeps calls from those without the capabilities is of no use to one who has them all.
            Seccomp = request.Privileged && spec.Linux?.Seccomp is not null ? DefaultSpec.Seccomp(CapabilityNames.All) : spec.Linux?.Seccomp,
            SeccompCacheDir = _context.Paths.SeccompCache,
            OpenStdin = request.Interactive,
        };
    }

    private static SlipwayException NotRunning(ContainerRecord record, Exception? why = null) => new(ErrorKind.Conflict, $"container {record.Id} is not running", why);

    private bool NamesTerminal(ContainerRecord record, ExecRequest request) =>
        record.Request.Environment.Concat(request.Environment).Concat(_context.Store.Images.Find(record.ImageId.ToString())?.Config.Config?.Env ?? [])
            .Any(v => v.StartsWith("TERM=", StringComparison.Ordinal));

    private (ContainerRecord Record, ContainerState State) GetForExec(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        if (record.IsRestarting)
            throw Restarting(record);
        if (!record.IsRunning || ContainerProbe.ReadState(_context.Paths.Run(record.Id)) is not { } state)
            throw NotRunning(record);
        return record.IsPaused ? throw new SlipwayException(ErrorKind.Conflict, $"Container {nameOrId} is paused, unpause the container before exec") : (record, state);
    }

    // A name for a terminal that only the first process has is not this one's, unless somebody asked for it.
    private static ProcessSpec ProcessOf(ExecRequest request, ProcessSpec first, ContainerState state, Func<bool> isNamed)
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
        else if (first.Terminal == true && !isNamed())
            EnvironmentList.Set(environment, "TERM");
        return first with
        {
            Args = request.Command,
            Env = environment,
            Cwd = request.WorkingDirectory ?? first.Cwd,
            Terminal = request.Terminal,
            ConsoleSize = request.Terminal ? request.ConsoleSize : null,
            User = user,
            // By the user of this process: the first one's sets would make a plain user of root's container capable.
            Capabilities = DefaultSpec.CapabilitySets(request.Privileged ? CapabilityNames.All : first.Capabilities?.Bounding ?? [], user.Uid),
        };
    }
}
