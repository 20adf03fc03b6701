using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class TagCommand : SlipCommand
{
    private readonly Argument<string> _source = new("SOURCE_IMAGE");
    private readonly Argument<string> _target = new("TARGET_IMAGE");

    public TagCommand()
        : base("tag", "Points a name at an image. A name that pointed elsewhere moves; the image it left keeps its id.")
    {
        Arguments.Add(_source);
        Arguments.Add(_target);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Images.Tag(line.GetValue(_source)!, line.GetValue(_target)!);
        return 0;
    }
}
