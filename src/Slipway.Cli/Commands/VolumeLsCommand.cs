using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Volumes;

namespace Slipway.Cli.Commands;

internal sealed class VolumeLsCommand : SlipCommand
{
    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["Driver"] = "DRIVER", ["Name"] = "VOLUME NAME", ["Mountpoint"] = "MOUNTPOINT", ["Scope"] = "SCOPE", ["Labels"] = "LABELS", ["Size"] = "SIZE", ["Links"] = "LINKS",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only names" };

    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Name}} {{.Mountpoint}}'" };

    public VolumeLsCommand()
        : base("ls", "Lists volumes.")
    {
        Options.Add(_quiet);
        Options.Add(_format);
    }

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
        new ListPrinter("{{.Driver}}\t{{.Name}}", s_headings).Print(line.GetValue(_format), volumes.Select(v => new ListRow(Fields(v), () => v.Labels)));
        return 0;
    }

    private static JsonObject Fields(VolumeRecord volume) => new()
    {
        ["Driver"] = "local",
        ["Labels"] = string.Join(',', volume.Labels.Select(l => $"{l.Key}={l.Value}")),
        ["Links"] = "N/A",
        ["Mountpoint"] = volume.Mountpoint,
        ["Name"] = volume.Name,
        ["Scope"] = "local",
        ["Size"] = "N/A",
    };
}
