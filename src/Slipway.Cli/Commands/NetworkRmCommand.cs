using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class NetworkRmCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "No error where there is no such network" };
    private readonly Argument<string[]> _names = new("NETWORK") { Arity = ArgumentArity.OneOrMore };

    public NetworkRmCommand()
        : base("rm", "Removes networks. One that a running container is in stays; a stopped one can't be started until it has another.")
    {
        Options.Add(_force);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.Do(line.GetValue(_names)!, name =>
        {
            try
            {
                engine.Networks.Remove(name);
            }
            catch (SlipwayException e) when (e.Kind is ErrorKind.NotFound && line.GetValue(_force))
            {
            }
        });
    }
}
