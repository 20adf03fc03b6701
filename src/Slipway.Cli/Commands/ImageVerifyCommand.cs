using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class ImageVerifyCommand : SlipCommand
{
    private readonly Argument<string[]> _images = new("IMAGE") { Arity = ArgumentArity.ZeroOrMore };

    public ImageVerifyCommand()
        : base("verify", "Reads images' blobs and unpacked layers again and names each file that is not what the image says. Without a name: all images. Exit code 1 where something differs.") =>
        Arguments.Add(_images);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        using var progress = new OneLine();
        return FindingsReport.Print(engine.Checker.Verify(line.GetValue(_images)!, progress.Show, Interrupt.Token), progress);
    }
}
