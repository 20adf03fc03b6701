using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Explaining;
using Slipway.Engine;
using Slipway.Oci;
using Slipway.Store.Explaining;

namespace Slipway.Cli.Commands;

internal sealed class ExplainCommand : SlipCommand
{
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Sizes in bytes, and nothing left out" };
    private readonly Option<string?> _format = new("--format") { Description = "json: all that is known" };
    private readonly Argument<string> _image = new("IMAGE");
    private readonly Argument<string?> _path = new("PATH") { Arity = ArgumentArity.ZeroOrOne };

    public ExplainCommand()
        : base("explain", """
            Of a path: the layer, the instruction and the package that put it there, and every version that it hides.
            Of a whole image: what is stored and can't be seen, what is stored more than once, what package managers left, the biggest steps, each
            with what to do about it. Sizes are of files' content; what layers occupy on the disk, 'slip history' shows.
            """)
    {
        Options.Add(_verbose);
        Options.Add(_format);
        Arguments.Add(_image);
        Arguments.Add(_path);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string? format = line.GetValue(_format);
        if (format is not (null or "json"))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown format '{format}': want json");
        string name = line.GetValue(_image)!;
        bool verbose = line.GetValue(_verbose);
        using SlipwayEngine engine = global.OpenEngine();
        if (line.GetValue(_path) is { } path)
        {
            PathExplanation explanation = engine.Explanations.Explain(name, path, Interrupt.Token);
            if (format is null)
                new PathPrinter(verbose).Print(explanation);
            else
                ExplanationJson.Print(explanation);
        }
        else
        {
            ImageExplanation explanation = engine.Explanations.Explain(name, Interrupt.Token);
            if (format is null)
                new ImagePrinter(verbose).Print(name, explanation, engine.Explanations.CommitOf(name));
            else
                ExplanationJson.Print(explanation, engine.Explanations.CommitOf(name));
        }
        return 0;
    }
}
