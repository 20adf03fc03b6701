using System.CommandLine;
using Slipway.Build.Cache;
using Slipway.Build.Solving;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class EnterCommand : SlipCommand
{
    private static readonly string[] s_shell = [StepShell.Program];
    private const string ToolsShell = "/.slip-tools/bin/sh";

    private readonly Option<string?> _build = new("--build") { Description = "Where a step of a build failed: the id that the error showed, or LAST", HelpName = "id" };
    private readonly Option<bool> _before = new("--before") { Description = "The state before the step, instead of the one that it left" };
    private readonly LendingFlags _lent = new();
    private readonly Argument<string[]> _command = new("CONTAINER COMMAND") { Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<string?> _tools = new("--tools") { Description = "An image whose programs are there too, below /.slip-tools: for containers without a shell", HelpName = "image" };

    public EnterCommand()
        : base("enter",
            """
            Opens a shell, or runs a command, in a container that doesn't run: on its files, with its mounts, variables
            and user, instead of its own program. What is written there stays; its configuration and how it ended stay
            as they are. Or where a RUN step of a build failed, with --build: with the step's mounts, where secrets
            and SSH agents must be lent again; what is done there is gone with the shell, but in caches. Failed
            steps are kept for a day.

              slip enter db
              slip enter --tools busybox db
              slip enter --build LAST --before ls -l /src
              slip enter --build LAST --secret id=token,src=token.txt
            """)
    {
        Options.Add(_build);
        Options.Add(_before);
        Options.Add(_tools);
        foreach (Option option in _lent.All)
            Options.Add(option);
        Arguments.Add(_command);
    }

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string[] words = line.GetValue(_command) ?? [];
        try
        {
            if (line.GetValue(_build) is { } step)
            {
                var request = new EnterRequest
                {
                    Step = step,
                    IsBefore = line.GetValue(_before),
                    Command = words.Length > 0 ? words : s_shell,
                    Secrets = _lent.Secrets(line),
                    SshAgents = _lent.Agents(line),
                };
                using SlipwayEngine engine = global.OpenEngine(willStart: true);
                return engine.Builds.Enter(request, note => Console.Error.WriteLine($"Note: {note}"));
            }
            return EnterContainer(words, line.GetValue(_tools), global);
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.CommandNotFound or ErrorKind.CommandNotExecutable)
        {
            return ErrorReport.PrintForRun(e);
        }
    }

    private static int EnterContainer(string[] words, string? tools, GlobalOptions global)
    {
        if (words.Length == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "enter: which container?") { Hint = $"name one that doesn't run, or say --build {FailedSteps.Last} for a build's step that failed" };
        string[] command = words.Length > 1 ? words[1..] : tools is not null ? [ToolsShell] : s_shell;
        using SlipwayEngine engine = global.OpenEngine(willStart: true);
        try
        {
            return engine.Containers.Enter(words[0], command, tools);
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.CommandNotFound && tools is null)
        {
            throw new SlipwayException(e.Kind, e.Message, e) { Hint = $"its image has no {command[0]}: 'slip enter --tools busybox {words[0]}' brings one along" };
        }
    }
}
