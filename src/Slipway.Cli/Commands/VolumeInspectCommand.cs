using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Inspecting;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class VolumeInspectCommand : SlipCommand
{
    private readonly Option<string?> _format = new("--format", "-f") { Description = "A Go template: '{{.Mountpoint}}', or json" };
    private readonly Argument<string[]> _names = new("VOLUME") { Arity = ArgumentArity.OneOrMore };

    public VolumeInspectCommand()
        : base("inspect", "Shows volumes as JSON.")
    {
        Options.Add(_format);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return InspectPrinter.Print(line.GetValue(_names)!, line.GetValue(_format), name => InspectJson.Of(engine.Volumes.Get(name)));
    }
}
