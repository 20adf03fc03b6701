using Slipway.Api.Protobuf;
using Slipway.Build.Cache;

namespace Slipway.Api.BuildKit;

/// <summary>What a client wants to see or to be rid of, of what builds keep.</summary>
/// <param name="Rules">Which records.</param>
internal sealed record CacheRequest(CachePruneRules Rules)
{
    private const long NanosecondsPerTick = 100;

    /// <summary>moby.buildkit.v1.DiskUsageRequest.</summary>
    public static CacheRequest ReadUsage(ReadOnlySpan<byte> message)
    {
        List<string> filters = [];
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field == 1)
                filters.Add(reader.Text);
        }
        return new(RulesOf(filters));
    }

    /// <summary>moby.buildkit.v1.PruneRequest.</summary>
    public static CacheRequest ReadPrune(ReadOnlySpan<byte> message)
    {
        List<string> filters = [];
        var read = new CachePruneRules();
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: filters.Add(reader.Text); break;
                case 2: read = read with { All = reader.Flag }; break;
                case 3: read = read with { UnusedFor = reader.Number > 0 ? TimeSpan.FromTicks(reader.Number / NanosecondsPerTick) : null }; break;
                case 4: read = read with { KeepBytes = Math.Max(0, reader.Number) }; break;
                case 5: read = read with { MostBytes = Math.Max(0, reader.Number) }; break;
                case 6: read = read with { FreeBytes = Math.Max(0, reader.Number) }; break;
            }
        }
        CachePruneRules rules = RulesOf(filters);
        return new(rules with { All = read.All, UnusedFor = read.UnusedFor ?? rules.UnusedFor, KeepBytes = read.KeepBytes, MostBytes = read.MostBytes, FreeBytes = read.FreeBytes });
    }

    /// <summary>moby.buildkit.v1.UsageRecord.</summary>
    public static ProtoWriter Of(CacheRecord record) => new ProtoWriter()
        .Text(1, record.Id).Flag(2, record.IsMutable).Flag(3, record.IsInUse).Number(4, record.Bytes).Time(6, record.Created).Time(7, record.Used)
        .Number(8, record.Uses).Text(9, record.Description).Text(10, record.Type).Flag(11, record.IsShared);

    // BuildKit's filters are containerd's, of which clients send one form, type==regular; and one that says nothing where there is none.
    private static CachePruneRules RulesOf(IEnumerable<string> filters) =>
        CachePruneRules.Parse(filters.SelectMany(filter => filter.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(filter => filter.Replace("==", "=", StringComparison.Ordinal)));
}
