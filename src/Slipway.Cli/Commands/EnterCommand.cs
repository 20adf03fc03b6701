using System.CommandLine;
using Slipway.Build.Cache;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class EnterCommand : SlipCommand
{
    private static readonly string[] s_shell = ["/bin/sh"];
    private readonly Option<string?> _build = new("--build") { Description = "Where a step of a build failed: the id that the error showed, or LAST", HelpName = "id" };
    private readonly Option<bool> _before = new("--before") { Description = "The state before the step, instead of the one that it left" };
    private readonly Argument<string[]> _command = new("COMMAND") { Arity = ArgumentArity.ZeroOrMore };

    public EnterCommand()
        : base("enter",
            """
            Opens a shell, or runs a command, where a RUN step of a build failed: with its files, variables, user
            and directory. Nothing that is done there changes the build. Failed steps are kept for a day.

              slip enter --build LAST
              slip enter --build LAST --before ls -l /src
            """)
    {
        Options.Add(_build);
        Options.Add(_before);
        Arguments.Add(_command);
    }

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string id = line.GetValue(_build) ?? throw new SlipwayException(ErrorKind.InvalidArgument, "enter: which state? Only failed steps of builds can be entered yet")
        {
            Hint = $"say --build {FailedSteps.Last}, or the id that the build's error showed",
        };
        try
        {
            using SlipwayEngine engine = global.OpenEngine(willStart: true);
            return engine.Builds.Enter(id, line.GetValue(_before), line.GetValue(_command) is { Length: > 0 } command ? command : s_shell);
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.CommandNotFound or ErrorKind.CommandNotExecutable)
        {
            return ErrorReport.PrintForRun(e);
        }
    }
}
