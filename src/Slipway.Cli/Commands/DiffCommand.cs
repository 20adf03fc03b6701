using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store.Comparing;

namespace Slipway.Cli.Commands;

internal sealed class DiffCommand : SlipCommand
{
    private readonly Option<bool> _stat = new("--stat") { Description = "Only how much, by directory" };
    private readonly Option<bool> _times = new("--times") { Description = "Another time of last change is a difference too" };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Sizes in bytes" };
    private readonly Option<string?> _format = new("--format") { Description = "json: every difference with all that is known" };
    private readonly Argument<string[]> _things = new("THING") { Arity = new(1, 2) };

    public DiffCommand()
        : base("diff", """
            Of one container: lists what is in its writable layer, A added, C changed, D deleted. Volumes are not part of it.
            Of two things: lists what is only in the second (A), in both but not the same (C), and only in the first (D), with what differs.
            A thing is an image, a container, or a layer by its digest, which stands for all that lies below it too. Where a name is
            several things', say 'image:NAME', 'container:NAME' or 'layer:DIGEST'.
            """)
    {
        Options.Add(_stat);
        Options.Add(_times);
        Options.Add(_verbose);
        Options.Add(_format);
        Arguments.Add(_things);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string[] things = line.GetValue(_things)!;
        string? format = line.GetValue(_format);
        if (format is not (null or "json"))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown format '{format}': want json");
        if (things.Length == 1 && (format is not null || line.GetValue(_stat) || line.GetValue(_times)))
            throw new SlipwayException(ErrorKind.InvalidArgument, "these options compare two things") { Hint = "to compare a container with its image: slip diff IMAGE CONTAINER" };
        using SlipwayEngine engine = global.OpenEngine();
        if (things.Length == 1)
        {
            StandardOutput.WriteLines(engine.Containers.Diff(things[0]).Select(c => $"{"CAD"[(int)c.Kind]} {Printable.EscapeControls(c.Path)}"));
            return 0;
        }
        IReadOnlyList<PathDifference> differences = engine.Comparisons.Compare(things[0], things[1], line.GetValue(_times), Interrupt.Token);
        if (format is not null)
            DifferenceJson.Print(differences);
        else
            new DifferencePrinter(line.GetValue(_verbose)).Print(differences, onlySums: line.GetValue(_stat));
        return 0;
    }
}
