using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class RmCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Kill it first where it runs" };
    private readonly Option<bool> _volumes = new("--volumes", "-v") { Description = "Remove its anonymous volumes too" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public RmCommand()
        : base("rm", "Removes containers. A container's writable layer goes with it; volumes stay, anonymous ones unless -v is given.")
    {
        Options.Add(_force);
        Options.Add(_volumes);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        bool force = line.GetValue(_force);
        return EachName.Do(line.GetValue(_containers)!, name =>
        {
            if (!force || engine.Containers.Find(name) is not null)
                engine.Containers.Remove(name, force, line.GetValue(_volumes));
        });
    }
}
