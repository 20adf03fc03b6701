using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Inspecting;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class ImageInspectCommand : SlipCommand
{
    private readonly Option<string?> _format = new("--format", "-f") { Description = "A Go template: '{{.Id}}', or json" };
    private readonly Argument<string[]> _names = new("IMAGE") { Arity = ArgumentArity.OneOrMore };

    public ImageInspectCommand()
        : base("inspect", "Shows images as JSON: configuration, layers, sizes.")
    {
        Options.Add(_format);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return InspectPrinter.Print(line.GetValue(_names)!, line.GetValue(_format), name => InspectJson.Of(engine, engine.Images.Get(name)));
    }
}
