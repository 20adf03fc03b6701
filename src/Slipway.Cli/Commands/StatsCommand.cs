using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Usage;

namespace Slipway.Cli.Commands;

internal sealed class StatsCommand : SlipCommand
{
    private const int FirstMilliseconds = 500, Milliseconds = 1000;
    private const string Columns = "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

    // ecma-48: to the screen's first place; from here to its end, nothing.
    private const string Home = "\x1b[H", ClearBelow = "\x1b[J";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["Container"] = "CONTAINER", ["ID"] = "CONTAINER ID", ["Name"] = "NAME", ["CPUPerc"] = "CPU %", ["MemUsage"] = "MEM USAGE / LIMIT", ["MemPerc"] = "MEM %",
        ["NetIO"] = "NET I/O", ["BlockIO"] = "BLOCK I/O", ["PIDs"] = "PIDS",
    };

    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also those that don't run" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Name}} {{.CPUPerc}}'" };
    private readonly Option<bool> _noStream = new("--no-stream") { Description = "Show one reading and end" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.ZeroOrMore };

    public StatsCommand()
        : base("stats",
            """
            Shows what containers use of processors, memory, network and disks, every second until Ctrl-C. Processors are counted
            between two readings, 100% being one of them; memory is without pages of files that the kernel takes back first.

              slip stats
              slip stats --no-stream --format '{{.Name}} {{.MemUsage}}' web
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_all, _format, _noStream, _noTrunc])
            Options.Add(option);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        UsageReader reader = engine.Containers.ReadUsage();
        string[] names = line.GetValue(_containers) ?? [];
        IReadOnlyList<ContainerRecord> Chosen() => names.Length > 0
            ? [.. names.Select(engine.Containers.Find).OfType<ContainerRecord>()]
            : [.. engine.Containers.List().Where(container => line.GetValue(_all) || container.IsRunning)];
        // One that isn't there is an error; one that goes meanwhile only goes.
        foreach (string name in names)
            engine.Containers.Get(name);
        foreach (ContainerRecord container in Chosen())
            reader.Read(container);
        bool live = !line.GetValue(_noStream), screen = live && !Console.IsOutputRedirected;
        if (screen)
            StandardOutput.Write(new(Home + ClearBelow));
        for (int pause = FirstMilliseconds; !Interrupt.Token.WaitHandle.WaitOne(pause); pause = Milliseconds)
        {
            IReadOnlyList<ContainerRecord> containers = Chosen();
            if (names.Length > 0 && containers.Count == 0)
                return 0;
            if (screen)
                StandardOutput.Write(new(Home + ClearBelow));
            new ListPrinter(Columns, s_headings) { KeepsAll = line.GetValue(_noTrunc) }.Print(
                line.GetValue(_format), [.. containers.Select(reader.Read).Select(usage => new ListRow(field => FieldOf(usage, field, line.GetValue(_noTrunc)), () => usage.Container.Request.Labels))]);
            if (!live)
                return 0;
        }
        return 0;
    }

    private static string FieldOf(ContainerUsage usage, string field, bool noTrunc) => field switch
    {
        "Container" or "ID" => noTrunc ? usage.Container.Id : usage.Container.ShortId,
        "Name" => usage.Container.Name,
        "CPUPerc" => Percent(usage.CpuPercent),
        "MemUsage" => $"{Humanize.BinarySize(usage.MemoryBytes)} / {Humanize.BinarySize(usage.MemoryLimit)}",
        "MemPerc" => Percent(usage.MemoryPercent),
        "NetIO" => Pair(usage.NetworkReceived, usage.NetworkSent),
        "BlockIO" => Pair(usage.DiskRead, usage.DiskWritten),
        "PIDs" => usage.Pids.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    private static string Percent(double value) => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture) + "%";

    private static string Pair(ulong one, ulong other) => $"{Humanize.Size((long)one)} / {Humanize.Size((long)other)}";
}
