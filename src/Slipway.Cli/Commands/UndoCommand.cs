using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Trash;

namespace Slipway.Cli.Commands;

internal sealed class UndoCommand : SlipCommand
{
    private readonly Option<string?> _name = new("--name") { Description = "Another name for the container, where its own is taken", HelpName = "name" };
    private readonly Argument<string?> _what = new("CONTAINER|VOLUME") { Arity = ArgumentArity.ZeroOrOne };

    public UndoCommand()
        : base("undo",
            """
            Brings back a container or volume that was removed, as it was: a container with its id, configuration,
            writable layer and log; start it with 'slip start'. Of several with one name the last that was removed
            comes back; say an id for another. Without a name, shows what can be brought back.

              slip rm db
              slip undo db
            """)
    {
        Options.Add(_name);
        Arguments.Add(_what);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        if (line.GetValue(_what) is not { } what)
        {
            TrashPrinter.Print(engine.Trash.List(), engine.Options.Clock.GetUtcNow(), format: null);
            return 0;
        }
        Undone undone = engine.Trash.Undo(what, line.GetValue(_name));
        foreach (string note in undone.Notes)
            Console.Error.WriteLine($"Note: {note}");
        Console.Out.WriteLine(undone.Name);
        return 0;
    }
}
