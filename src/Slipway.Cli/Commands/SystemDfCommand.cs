using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Disk;

namespace Slipway.Cli.Commands;

internal sealed class SystemDfCommand : SlipCommand
{
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Exact bytes" };

    public SystemDfCommand()
        : base("df", "Shows what the store occupies: layers once, however many images and containers share them, and what each container adds.") =>
        Options.Add(_verbose);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        DiskUsage usage = engine.Disk.Read(engine.Containers.List());
        bool exact = line.GetValue(_verbose);
        var table = new Table("TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE");
        Add(table, "Images", usage.Images, exact);
        Add(table, "Containers", usage.Containers, exact);
        Add(table, "Local Volumes", usage.Volumes, exact);
        Add(table, "Packed Layers", usage.Blobs, exact);
        table.Print();
        return 0;
    }

    private static void Add(Table table, string type, UsageLine line, bool exact)
    {
        string share = line.Bytes > 0 ? $" ({100 * line.Reclaimable / line.Bytes}%)" : "";
        table.Add(type, $"{line.Total}", $"{line.Active}", Text(line.Bytes, exact), Text(line.Reclaimable, exact) + share);
    }

    private static string Text(long bytes, bool exact) => exact ? $"{bytes}B" : Humanize.Size(bytes);
}
