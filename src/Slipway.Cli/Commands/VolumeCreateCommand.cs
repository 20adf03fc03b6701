using System.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class VolumeCreateCommand : SlipCommand
{
    private readonly Option<string[]> _labels = new("--label") { Description = "Set a label: key=value", HelpName = "list" };
    private readonly Argument<string?> _name = new("VOLUME") { Arity = ArgumentArity.ZeroOrOne };

    public VolumeCreateCommand()
        : base("create", "Makes a volume: files that outlive containers. The first container that mounts it where its image has files copies them in.")
    {
        Options.Add(_labels);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        Console.Out.WriteLine(engine.Volumes.Create(line.GetValue(_name), KeyValues.Read(line.ValuesOf(_labels))).Name);
        return 0;
    }
}
