using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

internal sealed class ExecCommand : SlipCommand
{
    private readonly Option<bool> _interactive = new("--interactive", "-i") { Description = "Keep standard input open" };
    private readonly Option<bool> _tty = new("--tty", "-t") { Description = "Give it a terminal" };
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Run in the background" };
    private readonly Option<string[]> _env = new("--env", "-e") { Description = "Set an environment variable", HelpName = "list" };
    private readonly Option<string[]> _envFile = new("--env-file") { Description = "Read environment variables from a file", HelpName = "list" };
    private readonly Option<bool> _privileged = new("--privileged") { Description = "Give the command all capabilities" };
    private readonly Option<string?> _detachKeys = new("--detach-keys") { Description = "Keys that leave the command alone (default ctrl-p,ctrl-q)" };
    private readonly Option<string?> _user = new("--user", "-u") { Description = "User name or number, and group: user[:group]" };
    private readonly Option<string?> _workdir = new("--workdir", "-w") { Description = "Working directory in the container" };
    private readonly Argument<string> _container = new("CONTAINER");
    private readonly Argument<string[]> _command = new("COMMAND") { Arity = ArgumentArity.OneOrMore };

    public ExecCommand()
        : base("exec",
            """
            Runs a command in a running container, beside its first process.

              slip exec -it web sh
              slip exec -u 1000 -w /srv -e DEBUG=1 web ./check
              slip exec -d web touch /tmp/mark
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_interactive, _tty, _detach, _env, _envFile, _user, _workdir, _privileged, _detachKeys])
            Options.Add(option);
        Arguments.Add(_container);
        Arguments.Add(_command);
    }

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        try
        {
            if (!line.GetValue(_detach) && Foreground.LacksTerminal(line.GetValue(_interactive), line.GetValue(_tty)))
                return 1;
            using SlipwayEngine engine = global.OpenEngine();
            return engine.Containers.Exec(line.GetValue(_container)!, new ExecRequest
            {
                Command = line.GetValue(_command)!,
                Environment = [.. (line.GetValue(_envFile) ?? []).SelectMany(EnvironmentFile.Read), .. EnvironmentFile.Resolve(line.GetValue(_env) ?? [])],
                User = line.GetValue(_user),
                WorkingDirectory = line.GetValue(_workdir),
                Interactive = line.GetValue(_interactive),
                Terminal = line.GetValue(_tty),
                Privileged = line.GetValue(_privileged),
                DetachKeys = line.GetValue(_detachKeys),
                Detach = line.GetValue(_detach),
            });
        }
        catch (Oci.SlipwayException e) when (e.Kind is Oci.ErrorKind.CommandNotFound or Oci.ErrorKind.CommandNotExecutable)
        {
            return ErrorReport.PrintForRun(e);
        }
    }
}
