using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Postmortems;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class WhyCommand : SlipCommand
{
    private const string Last = "last";
    private const int DefaultLines = 10;

    private readonly Option<int> _lines = new("--lines", "-n") { Description = "How many of its last lines to show", DefaultValueFactory = static _ => DefaultLines };
    private readonly Option<bool> _json = new("--json") { Description = "Print all that is known as JSON" };
    private readonly Argument<string> _container = new("CONTAINER|last") { Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = static _ => Last };

    public WhyCommand()
        : base("why",
            """
            Tells why a container ended or could not start: the cause in words, its last output, the memory that it
            used, and the files that it changed. Without a name, of the one that failed last. A container that was run
            with --rm and failed is kept for a day for this, in the trash.

              slip run --rm app
              slip why
            """)
    {
        Options.Add(_lines);
        Options.Add(_json);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string name = line.GetValue(_container)!;
        int lines = line.GetValue(_lines) is >= 0 and var number ? number : throw new SlipwayException(ErrorKind.InvalidArgument, "invalid value for --lines: less than none");
        // A container may be called so.
        Postmortem found = name == Last && engine.Containers.Find(Last) is null
            ? engine.Postmortems.ReadLast(lines, Interrupt.Token)
            : engine.Postmortems.Read(name, lines, Interrupt.Token);
        if (line.GetValue(_json))
            Console.Out.WriteLine(PostmortemPrinter.Json(found).ToJsonString(InspectJson.Indented));
        else
            new PostmortemPrinter(engine.Options.Clock.GetUtcNow()).Print(found);
        return 0;
    }
}
