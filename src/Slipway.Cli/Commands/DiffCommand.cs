using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Linux;
using Slipway.Store.Snapshots;

namespace Slipway.Cli.Commands;

internal sealed class DiffCommand : SlipCommand
{
    private readonly Argument<string> _container = new("CONTAINER");

    public DiffCommand()
        : base("diff", "Lists what is in the container's writable layer: A added, C changed, D deleted. Volumes are not part of it.") =>
        Arguments.Add(_container);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        foreach (Change change in engine.Containers.Diff(line.GetValue(_container)!))
            Console.Out.WriteLine($"{"CAD"[(int)change.Kind]} {Printable.Escape(change.Path)}");
        return 0;
    }
}
