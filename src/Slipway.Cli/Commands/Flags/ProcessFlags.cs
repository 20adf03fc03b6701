using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about the process: what runs, as whom, where, with which environment and streams.</summary>
internal sealed class ProcessFlags
{
    private readonly Option<string[]> _env = new("--env", "-e") { Description = "Set an environment variable (NAME alone copies yours)", HelpName = "list" };
    private readonly Option<string[]> _envFile = new("--env-file") { Description = "Read environment variables from a file", HelpName = "list" };
    private readonly Option<string?> _workdir = new("--workdir", "-w") { Description = "Working directory in the container" };
    private readonly Option<string?> _user = new("--user", "-u") { Description = "User name or number, and group: user[:group]" };
    private readonly Option<string[]> _groups = new("--group-add") { Description = "Additional group", HelpName = "list" };
    private readonly Option<string?> _entrypoint = new("--entrypoint") { Description = "Run this instead of the image's entry point" };
    private readonly Option<bool> _init = new("--init") { Description = "A small init as the first process: it reaps orphans and hands signals on" };
    private readonly Option<string[]> _attach = new("--attach", "-a") { Description = "Attach to stdin, stdout or stderr only", HelpName = "list" };
    private readonly Option<bool> _interactive = new("--interactive", "-i") { Description = "Keep standard input open" };
    private readonly Option<bool> _tty = new("--tty", "-t") { Description = "Give it a terminal" };

    public ProcessFlags(Command command) => command.AddAll([_env, _envFile, _workdir, _user, _groups, _entrypoint, _init, _attach, _interactive, _tty]);

    /// <summary>Names with a minus behind them, which no variable of ours has: of a change, what is to go.</summary>
    public IReadOnlyList<string> WithoutVariables(ParseResult line) => [.. line.ValuesOf(_env).Where(v => v.EndsWith('-') && !v.Contains('=', StringComparison.Ordinal)).Select(v => v[..^1])];

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request) => request with
    {
        Entrypoint = line.GetValue(_entrypoint) is { } program ? program.Length == 0 ? [] : [program] : null,
        Environment = [.. line.ValuesOf(_envFile).SelectMany(EnvironmentFile.Read), .. EnvironmentFile.Resolve(line.ValuesOf(_env))],
        WorkingDirectory = line.GetValue(_workdir),
        User = line.GetValue(_user),
        Groups = line.ValuesOf(_groups),
        Init = line.GetResult(_init) is { Implicit: false } ? line.GetValue(_init) : null,
        Interactive = line.GetValue(_interactive),
        Terminal = line.GetValue(_tty),
        Attached = AttachedStreams(line) is { Length: > 0 } attached ? attached : null,
    };

    /// <summary>What <c>-a</c> names; none where it isn't given.</summary>
    public string[] AttachedStreams(ParseResult line)
    {
        string[] attached = line.ValuesOf(_attach);
        return Array.Find(attached, a => a.ToLowerInvariant() is not ("stdin" or "stdout" or "stderr")) is { } wrong
            ? throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{Linux.Printable.Escape(wrong)}\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR")
            : [.. attached.Select(a => a.ToLowerInvariant())];
    }

    /// <summary>Whether our standard input becomes that of the container's terminal, where it is attached to.</summary>
    public bool WantsTerminal(ParseResult line) => line.GetValue(_interactive) && line.GetValue(_tty);
}
