using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Images.Pushing;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class PushCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all-tags", "-a") { Description = "Push every tag of the repository that is here" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print only the name" };
    private readonly Argument<string> _name = new("NAME");

    public PushCommand()
        : base("push",
            """
            Brings an image to the registry that its name begins with. What the registry has already is not sent.

              slip tag app registry.example/team/app:1.2
              slip push registry.example/team/app:1.2
            """)
    {
        Options.Add(_all);
        Options.Add(_quiet);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string text = line.GetValue(_name)!;
        Reference name = Reference.Parse(text);
        bool all = line.GetValue(_all), quiet = line.GetValue(_quiet);
        if (name.Digest is not null)
            throw new SlipwayException(ErrorKind.InvalidArgument, "cannot push a digest reference");
        bool bare = !text[(text.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal);
        if (all && !bare)
            throw new SlipwayException(ErrorKind.InvalidArgument, "tag can't be used with --all-tags/-a");
        if (bare && !all && !quiet)
            Console.Out.WriteLine("Using default tag: latest");
        using SlipwayEngine engine = global.OpenEngine();
        engine.Images.PushAsync(name, all, quiet ? new QuietPush() : PushPrinter.ToOutput(), Interrupt.Token).GetAwaiter().GetResult();
        if (quiet)
            Console.Out.WriteLine(all ? name.Repository : name.ToString());
        return 0;
    }
}
