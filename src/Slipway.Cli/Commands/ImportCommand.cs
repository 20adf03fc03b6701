using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class ImportCommand : SlipCommand
{
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What this is" };
    private readonly Argument<string> _file = new("FILE");
    private readonly Argument<string?> _name = new("REPOSITORY[:TAG]") { Arity = ArgumentArity.ZeroOrOne };

    public ImportCommand()
        : base("import", "Makes an image with one layer of the tar archive of a root file system ('-' is standard input).")
    {
        Options.Add(_message);
        Arguments.Add(_file);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string file = line.GetValue(_file)!;
        using Stream tar = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        Oci.Reference? name = line.GetValue(_name) is { } text ? Oci.Reference.Parse(text) : null;
        ImageRecord image = engine.Images.Import(tar, null, name, line.GetValue(_message), Interrupt.Token);
        Console.Out.WriteLine(image.Id);
        return 0;
    }
}
