using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class UntagCommand : SlipCommand
{
    private readonly Argument<string> _image = new("IMAGE");
    private readonly Argument<string[]> _names = new("NAME") { Arity = ArgumentArity.ZeroOrMore };

    public UntagCommand()
        : base("untag", "Takes names away from an image: those given, or all. The image stays, also without a name; 'slip image prune' removes it then.")
    {
        Arguments.Add(_image);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Images.Untag(line.GetValue(_image)!, line.GetValue(_names) ?? []);
        return 0;
    }
}
