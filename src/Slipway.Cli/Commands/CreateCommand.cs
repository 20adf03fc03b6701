using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

internal sealed class CreateCommand : SlipCommand
{
    private readonly ContainerOptions _options;

    public CreateCommand()
        : base("create", "Makes a container: an empty writable layer over the image. 'slip start' runs it.") => _options = new(this);

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        ContainerRecord record = _options.Create(engine, line);
        ForesightPrinter.Print(engine, record);
        Console.Out.WriteLine(record.Id);
        return 0;
    }
}
