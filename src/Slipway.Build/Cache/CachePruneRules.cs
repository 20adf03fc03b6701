using Slipway.Oci;

namespace Slipway.Build.Cache;

/// <summary>Which records of the cache go. What a running build uses stays in any case.</summary>
public sealed record CachePruneRules
{
    /// <summary>Also those whose layer an image has: they free nothing, but then the next build makes them anew.</summary>
    public bool All { get; init; }

    /// <summary>Only those that no build used for so long; null: of any age.</summary>
    public TimeSpan? UnusedFor { get; init; }

    /// <summary>The most recently used ones stay, up to so many bytes of disk; 0: none.</summary>
    public long KeepBytes { get; init; }

    /// <summary>The cache may take no more than this, but for <see cref="KeepBytes"/>; 0: not asked.</summary>
    public long MostBytes { get; init; }

    /// <summary>So much of the disk shall be free, but for <see cref="KeepBytes"/>; 0: not asked.</summary>
    public long FreeBytes { get; init; }

    /// <summary>The rules with <see cref="KeepBytes"/> alone, as the cache and the disk are.</summary>
    /// <param name="total">Bytes that the cache takes.</param>
    /// <param name="free">Bytes that are free on its disk.</param>
    public CachePruneRules On(long total, long free)
    {
        if (MostBytes == 0 && FreeBytes == 0)
            return this;
        long most = MostBytes > 0 ? Math.Min(MostBytes, total) : total;
        long missing = Math.Max(0, FreeBytes - free);
        return this with { KeepBytes = Math.Max(KeepBytes, Math.Min(most, total - missing)), MostBytes = 0, FreeBytes = 0 };
    }

    /// <summary>Only these, by key; null: any.</summary>
    public IReadOnlySet<Digest>? Only { get; init; }

    /// <summary>Only those whose id begins so; empty: any.</summary>
    public string IdPrefix { get; init; } = "";

    /// <summary>Only those of this <see cref="CacheRecord.Type"/>; empty: any.</summary>
    public string Type { get; init; } = "";

    /// <summary>Only those whose description holds this; empty: any.</summary>
    public string DescriptionPart { get; init; } = "";

    /// <summary>Reads docker's filters: until, id, type, description.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another key, or a value that it can't have.</exception>
    public static CachePruneRules Parse(IEnumerable<string> filters)
    {
        var rules = new CachePruneRules();
        foreach (string filter in filters)
        {
            int equals = filter.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? filter : filter[..equals], value = equals < 0 ? "" : filter[(equals + 1)..];
            rules = key switch
            {
                "until" or "unused-for" => rules with { UnusedFor = DurationText.TryParse(value) ?? throw Invalid(filter, "want a length of time like 24h") },
                "id" => rules with { IdPrefix = value },
                "type" when value is "regular" or "exec.cachemount" or "source.local" => rules with { Type = value },
                "type" => throw Invalid(filter, "the types here are regular, exec.cachemount and source.local"),
                "description" => rules with { DescriptionPart = value },
                _ => throw Invalid(filter, "the cache knows until, id, type and description"),
            };
        }
        return rules;
    }

    /// <summary>Those that go.</summary>
    /// <param name="records">All, those used longest ago first.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<CacheRecord> Choose(IReadOnlyList<CacheRecord> records, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(records);
        long total = records.Sum(record => record.Bytes);
        var chosen = new List<CacheRecord>();
        foreach (CacheRecord record in records)
        {
            if (KeepBytes > 0 && total <= KeepBytes)
                break;
            if (!Takes(record, now))
                continue;
            chosen.Add(record);
            total -= record.Bytes;
        }
        return chosen;
    }

    private static SlipwayException Invalid(string filter, string hint) => new(ErrorKind.InvalidArgument, $"invalid filter '{filter}'") { Hint = hint };

    private bool Takes(CacheRecord record, DateTimeOffset now) =>
        !record.IsInUse
        && Only?.Contains(record.Key) != false
        && (All || !record.IsShared)
        && (UnusedFor is not { } age || now - record.Used >= age)
        && record.Key.Hex.StartsWith(IdPrefix, StringComparison.Ordinal)
        && (Type.Length == 0 || record.Type == Type)
        && record.Description.Contains(DescriptionPart, StringComparison.Ordinal);
}
