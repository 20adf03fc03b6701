using System.CommandLine;
using Slipway.Build.Cache;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Linux;

namespace Slipway.Cli.Commands;

internal sealed class BuilderDuCommand : SlipCommand
{
    private readonly Option<bool> _verbose = new("--verbose") { Description = "All that is known of each record" };

    public BuilderDuCommand()
        : base("du", "Shows what the cache of builds holds. Layers that images have too are shared: giving those records up frees nothing.") =>
        Options.Add(_verbose);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        IReadOnlyList<CacheRecord> records = engine.Builds.Cache.List();
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        if (line.GetValue(_verbose))
            PrintVerbose(records, now);
        else
            PrintTable(records, now);
        long reclaimable = records.Where(IsReclaimable).Sum(record => record.Bytes);
        Console.Out.WriteLine($"Shared:\t\t{Humanize.Size(records.Where(record => record.IsShared).Sum(record => record.Bytes))}");
        Console.Out.WriteLine($"Private:\t{Humanize.Size(records.Where(record => !record.IsShared).Sum(record => record.Bytes))}");
        Console.Out.WriteLine($"Reclaimable:\t{Humanize.Size(reclaimable)}");
        Console.Out.WriteLine($"Total:\t\t{Humanize.Size(records.Sum(record => record.Bytes))}");
        return 0;
    }

    private static void PrintTable(IReadOnlyList<CacheRecord> records, DateTimeOffset now)
    {
        var table = new Table("ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED");
        foreach (CacheRecord record in records.Reverse())
            table.Add(record.Id, IsReclaimable(record) ? "true" : "false", Humanize.Size(record.Bytes), Humanize.Ago(record.Used, now));
        table.Print();
    }

    private static void PrintVerbose(IReadOnlyList<CacheRecord> records, DateTimeOffset now)
    {
        foreach (CacheRecord record in records.Reverse())
        {
            Console.Out.WriteLine(
                $"""
                ID:		{record.Id}
                Created at:	{record.Created.UtcDateTime:yyyy-MM-dd HH:mm:ss} +0000 UTC
                Mutable:	{(record.IsMutable ? "true" : "false")}
                Reclaimable:	{(IsReclaimable(record) ? "true" : "false")}
                Shared:		{(record.IsShared ? "true" : "false")}
                Size:		{Humanize.Size(record.Bytes)}
                Description:	{Printable.Escape(record.Description)}
                Usage count:	{record.Uses}
                Last used:	{Humanize.Ago(record.Used, now)}
                Type:		{record.Type}

                """);
        }
    }

    private static bool IsReclaimable(CacheRecord record) => !record.IsInUse;
}
