using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

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
        Console.Out.WriteLine(_options.Create(engine, line).Id);
        return 0;
    }
}
