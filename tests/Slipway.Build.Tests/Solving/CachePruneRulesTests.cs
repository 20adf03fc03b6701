using Slipway.Build.Cache;
using Slipway.Oci;
using Xunit;

namespace Slipway.Build.Tests.Solving;

public sealed class CachePruneRulesTests
{
    // Five records of 100 bytes, the first used longest ago.
    private static readonly CacheRecord[] s_records = [.. Enumerable.Range(0, 5).Select(i => new CacheRecord(
        Digest.Of([(byte)i]), null, $"step {i}", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(i), 1, 100, IsShared: false, IsInUse: false))];

    [Theory]
    [InlineData(0, 0, 0, 0, 5)]
    [InlineData(200, 0, 0, 0, 3)]
    [InlineData(0, 350, 0, 0, 2)]
    [InlineData(0, 1000, 0, 0, 0)]
    [InlineData(0, 0, 1000, 1000, 0)]
    [InlineData(0, 0, 1000, 850, 2)]
    [InlineData(0, 0, 1000, 10, 5)]
    [InlineData(300, 0, 1000, 10, 2)]
    [InlineData(400, 100, 0, 0, 1)]
    [InlineData(0, 350, 1000, 700, 3)]
    public void Choose_Space_GivesUpTheOldestUntilItIsThere(long keep, long most, long free, long isFree, int gone)
    {
        CachePruneRules rules = new CachePruneRules { KeepBytes = keep, MostBytes = most, FreeBytes = free }.On(500, isFree);

        Assert.Equal(s_records[..gone], rules.Choose(s_records, DateTimeOffset.UnixEpoch.AddDays(1)));
    }

    [Fact]
    public void Choose_Type_TakesNoOther()
    {
        CacheRecord[] records = [s_records[0], s_records[1] with { IsMount = true }];

        Assert.Equal([records[1]], new CachePruneRules { Type = "exec.cachemount" }.Choose(records, DateTimeOffset.UnixEpoch));
        Assert.Equal([records[0]], new CachePruneRules { Type = "regular" }.Choose(records, DateTimeOffset.UnixEpoch));
    }
}
