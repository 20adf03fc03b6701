using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

internal sealed class WaitCommand : SlipCommand
{
    private readonly Option<string?> _condition = new("--condition") { Description = "not-running (default), next-exit, removed, running, paused, healthy or unhealthy", HelpName = "string" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public WaitCommand()
        : base("wait",
            """
            Waits until containers end, then prints their exit codes, or -1 where something else than an end was waited for.

              slip wait web
              slip wait --condition healthy web
            """)
    {
        Options.Add(_condition);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        WaitCondition condition = WaitConditions.Parse(line.GetValue(_condition) ?? "");
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        // Ctrl-C ends us as it would end any program: there is nothing to tidy up.
        return EachName.Do(line.GetValue(_containers)!, name => Console.Out.WriteLine(engine.Containers.Wait(name, condition, now, CancellationToken.None)), print: false);
    }
}
