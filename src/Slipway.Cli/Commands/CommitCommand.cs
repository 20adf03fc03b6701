using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class CommitCommand : SlipCommand
{
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What was done" };
    private readonly Option<string?> _author = new("--author", "-a") { Description = "Who did it" };
    private readonly Option<bool> _pause = new("--pause", "-p") { Description = "Keep a running container still meanwhile (--pause=false lets it run)", DefaultValueFactory = static _ => true };
    private readonly Argument<string> _container = new("CONTAINER");
    private readonly Argument<string?> _name = new("REPOSITORY[:TAG]") { Arity = ArgumentArity.ZeroOrOne };

    public CommitCommand()
        : base("commit", "Makes an image of a container's image and writable layer. What is in its volumes is not included.")
    {
        Options.Add(_message);
        Options.Add(_author);
        Options.Add(_pause);
        Arguments.Add(_container);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        Console.Out.WriteLine(engine.Containers.Commit(line.GetValue(_container)!, line.GetValue(_name), line.GetValue(_message), line.GetValue(_author), line.GetValue(_pause), Interrupt.Token).Id);
        return 0;
    }
}
