using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class VolumeRmCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "No error where there is no such volume" };
    private readonly Option<bool> _purge = new("--purge") { Description = "For good, not to the trash" };
    private readonly Argument<string[]> _names = new("VOLUME") { Arity = ArgumentArity.OneOrMore };

    public VolumeRmCommand()
        : base("rm", "Removes volumes with what is in them: to the trash, from where 'slip undo' brings them back. One that a container uses, running or not, stays.")
    {
        Options.Add(_force);
        Options.Add(_purge);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.Do(line.GetValue(_names)!, name => engine.Volumes.Remove(name, line.GetValue(_force), line.GetValue(_purge)));
    }
}
