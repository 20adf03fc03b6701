using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Trash;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class TrashRmCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Everything that is in the trash" };
    private readonly Argument<string[]> _names = new("CONTAINER|VOLUME") { Arity = ArgumentArity.ZeroOrMore };

    public TrashRmCommand()
        : base("rm", "Removes for good what is in the trash, and frees its disk.")
    {
        Options.Add(_all);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string[] names = line.GetValue(_names) ?? [];
        bool all = line.GetValue(_all);
        if (all == (names.Length > 0))
            throw new SlipwayException(ErrorKind.InvalidArgument, "trash rm: which?") { Hint = "name what is to go, or say --all; 'slip trash ls' lists what is there" };
        using SlipwayEngine engine = global.OpenEngine();
        if (!all)
            return EachName.Do(names, name => engine.Trash.Remove(name));
        foreach (TrashedItem item in engine.Trash.List())
        {
            engine.Trash.Remove(item);
            Console.Out.WriteLine(item.Name);
        }
        return 0;
    }
}
