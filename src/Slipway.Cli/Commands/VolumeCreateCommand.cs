using System.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Cli.Commands;

internal sealed class VolumeCreateCommand : SlipCommand
{
    private readonly Option<string[]> _labels = new("--label") { Description = "Set a label: key=value", HelpName = "list" };
    private readonly Option<string[]> _options = new("--opt", "-o") { Description = "What to mount instead of a directory of its own: type=tmpfs, device=tmpfs, o=size=64m; type=none, o=bind, device=/host", HelpName = "map" };
    private readonly Option<string?> _driver = new("--driver", "-d") { Description = "Driver: local" };
    private readonly Option<string?> _named = new("--name") { Hidden = true };
    private readonly Argument<string?> _name = new("VOLUME") { Arity = ArgumentArity.ZeroOrOne };

    public VolumeCreateCommand()
        : base("create", """
            Makes a volume: files that outlive containers. The first container that mounts it where its image has files copies them in.

              slip volume create data
              slip volume create -o type=tmpfs -o device=tmpfs -o o=size=64m scratch
              slip volume create -o type=none -o o=bind -o device=/srv/www site
              slip volume create -o type=nfs -o o=addr=10.0.0.1,rw -o device=:/export shared
            """)
    {
        this.AddAll([_labels, _options, _driver, _named]);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        VolumeDriver.Check(line.GetValue(_driver));
        IReadOnlyDictionary<string, string> options = VolumeDriver.CheckOptions(KeyValues.Read(line.ValuesOf(_options)));
        using SlipwayEngine engine = global.OpenEngine();
        Console.Out.WriteLine(engine.Volumes.Create(line.GetValue(_name) ?? line.GetValue(_named), KeyValues.Read(line.ValuesOf(_labels)), options).Name);
        return 0;
    }
}
