using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Cli.Commands;

internal sealed class CommitCommand : SlipCommand
{
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What was done" };
    private readonly Option<string?> _author = new("--author", "-a") { Description = "Who did it" };
    private readonly Option<bool> _pause = new("--pause", "-p") { Description = "Keep a running container still meanwhile (--pause=false lets it run)", DefaultValueFactory = static _ => true };
    private readonly Option<bool> _noPause = new("--no-pause") { Description = "Let it run meanwhile" };
    private readonly Option<string[]> _changes = new("--change", "-c") { Description = "Apply an instruction of a Dockerfile: 'CMD [\"sh\"]', 'ENV A=1'", HelpName = "list" };
    private readonly Argument<string> _container = new("CONTAINER");
    private readonly Argument<string?> _name = new("REPOSITORY[:TAG]") { Arity = ArgumentArity.ZeroOrOne };

    public CommitCommand()
        : base("commit", "Makes an image of a container's image and writable layer. What is in its volumes is not included.")
    {
        Options.Add(_message);
        Options.Add(_author);
        Options.Add(_pause);
        Options.Add(_noPause);
        Options.Add(_changes);
        Arguments.Add(_container);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        var request = new CommitRequest
        {
            Name = line.GetValue(_name),
            Message = line.GetValue(_message),
            Author = line.GetValue(_author),
            Pause = line.GetValue(_pause) && !line.GetValue(_noPause),
            Changes = line.GetValue(_changes) ?? [],
        };
        string name = line.GetValue(_container)!;
        Console.Out.WriteLine(engine.Containers.Commit(name, request, Interrupt.Token).Id);
        if (engine.Containers.Find(name)?.Request.Mounts.Where(m => m.Kind is MountKind.Volume).Select(m => m.Target).ToArray() is { Length: > 0 } volumes)
            Console.Error.WriteLine($"Note: what is in volumes is not in the image: {string.Join(", ", volumes)}");
        return 0;
    }
}
