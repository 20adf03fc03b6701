using System.CommandLine;
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
    private readonly Option<string[]> _filter = new("--filter", "-f") { Description = "dangling=true (no container refers to it), name=PATTERN, label=KEY[=VALUE], driver=local" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Name}} {{.Mountpoint}}'" };

    public VolumeLsCommand()
        : base("ls", "Lists volumes.")
    {
        Options.Add(_quiet);
        Options.Add(_filter);
        Options.Add(_format);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        var filter = VolumeFilter.Parse(line.GetValue(_filter) ?? []);
        List<VolumeRecord> volumes = [.. engine.Volumes.List().Where(v => filter.Matches(v, () => engine.Volumes.CountUsers(v.Name) > 0))];
        if (line.GetValue(_quiet))
        {
            StandardOutput.WriteLines(volumes.Select(v => v.Name));
            return 0;
        }
        new ListPrinter("{{.Driver}}\t{{.Name}}", s_headings).Print(line.GetValue(_format), volumes.Select(v => new ListRow(field => FieldOf(v, field), () => v.Labels)));
        return 0;
    }

    private static string FieldOf(VolumeRecord volume, string field) => field switch
    {
        "Driver" or "Scope" => "local",
        "Labels" => string.Join(',', volume.Labels.Select(l => $"{l.Key}={l.Value}")),
        "Mountpoint" => volume.Mountpoint,
        "Name" => volume.Name,
        _ => "N/A",
    };
}
