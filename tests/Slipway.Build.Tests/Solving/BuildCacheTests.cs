using Slipway.Build.Cache;
using Slipway.Build.Progress;
using Slipway.Store.Images;
using Slipway.Store.Leases;
using Xunit;

namespace Slipway.Build.Tests.Solving;

public sealed class BuildCacheTests : IDisposable
{
    private const string Text = "FROM scratch AS a\nRUN write /a 1\nFROM scratch\nCOPY --from=a /a /b\n";
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    private BuildCache Cache => new(_build.Store, TimeProvider.System);

    [Fact]
    public void List_HasEachStep_AndKnowsWhatAnImageShares()
    {
        _build.Build(Text);

        IReadOnlyList<CacheRecord> records = Cache.List();

        Assert.Equal(["COPY --from=a /a /b", "RUN write /a 1"], records.Select(r => r.Description).Distinct().Order(StringComparer.Ordinal));
        Assert.False(records.First(r => r.Description.StartsWith("RUN", StringComparison.Ordinal)).IsShared);
        Assert.True(records.First(r => r.Description.StartsWith("COPY", StringComparison.Ordinal)).IsShared);
        Assert.All(records, r => Assert.True(r.Uses == 1 && !r.IsInUse));
    }

    [Fact]
    public void ALayerOfTheCache_OutlivesItsImage_AndIsPackedAgain()
    {
        ImageRecord image = _build.Build(Text);
        _build.Store.Images.Delete(image.Id);

        ImageRecord again = _build.Build(Text);

        Assert.Equal(image.Id, again.Id);
        Assert.Single(_build.Runner.Steps);
        Assert.All(again.Manifest.Layers, layer => Assert.True(_build.Store.Blobs.Contains(layer.Digest)));
    }

    [Fact]
    public void Prune_LeavesWhatAnImageHas_AndAllTakesIt_AndTheImageLives()
    {
        ImageRecord image = _build.Build(Text);

        CachePruned pruned = Cache.Prune(new(), CancellationToken.None);
        Assert.Equal(["RUN write /a 1"], pruned.Records.Select(r => r.Description));
        Assert.True(pruned.FreedBytes > 0);

        Cache.Prune(new() { All = true }, CancellationToken.None);
        Assert.Empty(Cache.List());
        Assert.Equal("/b 644 0:0 1\n", _build.Files(image));
        _build.Build(Text);
        Assert.Contains("RUN write /a 1", _build.Progress.With(StepOutcome.Done));
    }

    [Fact]
    public void Prune_NeverTakesWhatARunningBuildUses()
    {
        _build.Build(Text);
        using (Lease running = _build.Store.Leases.Acquire("build"))
        {
            foreach (CacheRecord record in Cache.List())
                running.AddLayer(record.Layer!.Value);
            Assert.Empty(Cache.Prune(new() { All = true }, CancellationToken.None).Records);
        }
        Assert.NotEmpty(Cache.Prune(new() { All = true }, CancellationToken.None).Records);
    }

    [Fact]
    public void Prune_KeepsTheMostRecentlyUsed_AndTheYoung()
    {
        _build.Build(Text);

        Assert.Empty(Cache.Prune(new() { All = true, KeepBytes = 1 << 20 }, CancellationToken.None).Records);
        Assert.Empty(Cache.Prune(new() { All = true, UnusedFor = TimeSpan.FromHours(1) }, CancellationToken.None).Records);
    }
}
