using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Disk;

namespace Slipway.Cli.Commands;

internal sealed class SystemDfCommand : SlipCommand
{
    private const string Columns = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["Type"] = "TYPE", ["TotalCount"] = "TOTAL", ["Active"] = "ACTIVE", ["Size"] = "SIZE", ["Reclaimable"] = "RECLAIMABLE",
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Show each image, container, volume and cached layer" };
    private readonly Option<bool> _bytes = new("--bytes") { Description = "Exact bytes" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Type}}: {{.Size}}'" };

    public SystemDfCommand()
        : base("df", """
            Shows what the data root occupies: disk blocks, every byte under one line, what is shared once. The sum is what 'du -s' says.
            Images: unpacked layers with the blobs or recipes that they are pushed of. Downloads: pulls that were not finished. Leftovers: what is
            being made or removed just now, and what nothing refers to. Metadata: the database and the directories themselves.
            """)
    {
        Options.Add(_verbose);
        Options.Add(_bytes);
        Options.Add(_format);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        DiskUsage usage = engine.Disk.Read(engine.Containers.List(), Interrupt.Token);
        bool exact = line.GetValue(_bytes);
        string? format = line.GetValue(_format);
        if (line.GetValue(_verbose))
            new VerboseUsage(engine, usage, bytes => Text(bytes, exact)).Print(format);
        else
            new ListPrinter(Columns, s_headings).Print(format, usage.Lines.Select(l => new ListRow(field => FieldOf(l, field, exact), static () => null)));
        return 0;
    }

    private static string FieldOf(UsageLine line, string field, bool exact) => field switch
    {
        "Active" => $"{line.Active}",
        "Reclaimable" => Text(line.Reclaimable, exact) + (line.Bytes > 0 ? $" ({100 * line.Reclaimable / line.Bytes}%)" : ""),
        "Size" => Text(line.Bytes, exact),
        "TotalCount" => $"{line.Total}",
        _ => line.Type,
    };

    private static string Text(long bytes, bool exact) => exact ? $"{bytes}B" : Humanize.Size(bytes);
}
