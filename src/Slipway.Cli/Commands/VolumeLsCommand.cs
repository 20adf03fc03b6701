using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Volumes;

namespace Slipway.Cli.Commands;

internal sealed class VolumeLsCommand : SlipCommand
{
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only names" };

    public VolumeLsCommand()
        : base("ls", "Lists volumes.") => Options.Add(_quiet);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        IReadOnlyList<VolumeRecord> volumes = engine.Volumes.List();
        if (line.GetValue(_quiet))
        {
            foreach (VolumeRecord volume in volumes)
                Console.Out.WriteLine(volume.Name);
            return 0;
        }
        var table = new Table("DRIVER", "VOLUME NAME");
        foreach (VolumeRecord volume in volumes)
            table.Add("local", volume.Name);
        table.Print();
        return 0;
    }
}
