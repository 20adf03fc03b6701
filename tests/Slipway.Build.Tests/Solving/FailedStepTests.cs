using Slipway.Build.Cache;
using Slipway.Build.Dockerfile;
using Slipway.Build.Solving;
using Slipway.Oci;
using Xunit;

namespace Slipway.Build.Tests.Solving;

public sealed class FailedStepTests : IDisposable
{
    private const string Text = "FROM scratch\nARG A=1\nWORKDIR /w\nRUN write /w/first 1\nRUN spoil /w/second 2\n";
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public void AFailedRun_IsKept_BeforeAndAfter_AndTheErrorSaysWhere()
    {
        DockerfileException error = _build.Fails(Text);

        FailedStep step = Failed.Get(FailedSteps.Last);
        Assert.Contains($"slip enter --build {step.Id}", error.Hint, StringComparison.Ordinal);
        Assert.Equal("RUN spoil /w/second 2", step.Title);
        Assert.Equal("/w", step.WorkingDirectory);
        Assert.Contains("A=1", step.Env);
        Assert.True(File.Exists(Path.Join(_build.Store.Layers.PathOf(step.After!.Value), "w/second")));
        Assert.True(File.Exists(Path.Join(_build.Store.Layers.PathOf(step.Before!.Value), "w/first")));
        Assert.Equal(step.Id, Failed.Get(step.Id[..6]).Id);
    }

    [Fact]
    public void Enter_RunsThere_AndChangesNothing()
    {
        _build.Fails(Text);
        string id = Failed.Get(FailedSteps.Last).Id;
        var shell = new StepShell(_build.Store, _build.Runner, TimeProvider.System);

        Assert.Equal(0, shell.Enter(FailedSteps.Last, before: false, ["write /w/mine x"]));
        Assert.Equal(3, shell.Enter(id, before: true, ["fail 3"]));

        RunStep ran = _build.Runner.Steps[^1];
        Assert.Equal("/w", ran.WorkingDirectory);
        Assert.False(File.Exists(Path.Join(_build.Store.Layers.PathOf(Failed.Get(id).After!.Value), "w/mine")));
        Assert.Empty(Directory.GetFileSystemEntries(_build.Store.Paths.Tmp));
    }

    [Fact]
    public void WhatExpired_IsGone_AndSoAreItsLayers()
    {
        _build.Fails(Text);
        FailedStep step = Failed.Get(FailedSteps.Last);
        _build.Store.Collector.Collect();
        Assert.NotNull(_build.Store.Layers.Find(step.After!.Value));

        new BuildCache(_build.Store, TimeProvider.System).Prune(new() { All = true }, CancellationToken.None);

        Assert.Throws<SlipwayException>(() => Failed.Get(FailedSteps.Last));
        Assert.Null(_build.Store.Layers.Find(step.After!.Value));
    }

    [Fact]
    public void Cache_HasThemAmongItsRecords_AndAPruneChoosesBetweenThem()
    {
        var cache = new BuildCache(_build.Store, TimeProvider.System);
        _build.Fails(Text);
        _build.Fails(Text.Replace("second", "third", StringComparison.Ordinal));
        FailedStep last = Failed.Get(FailedSteps.Last);
        List<CacheRecord> Kept() => [.. cache.List().Where(record => record.FailedStep is not null)];

        Assert.Equal(["failed: RUN spoil /w/second 2", "failed: RUN spoil /w/third 2"], Kept().Select(record => record.Description).Order());
        Assert.All(Kept(), record => Assert.True(record.Bytes > 0 && record.Type == "internal"));
        cache.Prune(new() { All = true, DescriptionPart = "third" }, CancellationToken.None);
        Assert.Equal(["failed: RUN spoil /w/second 2"], Kept().Select(record => record.Description));
        Assert.Null(_build.Store.Layers.Find(last.After!.Value));
        cache.Prune(new() { All = true, UnusedFor = TimeSpan.FromHours(1) }, CancellationToken.None);
        Assert.Single(Kept());
        cache.Prune(new() { Type = "internal" }, CancellationToken.None);
        Assert.Empty(Kept());
        Assert.NotEmpty(cache.List());
    }

    [Fact]
    public void TooMany_LeaveTheNewest()
    {
        for (int i = 0; i < 12; i++)
            _build.Fails($"FROM scratch\nRUN spoil /f {i}\n");

        Assert.Equal("RUN spoil /f 11", Failed.Get(FailedSteps.Last).Title);
        Assert.True(_build.Store.Leases.Pins().Where(p => p.User.StartsWith("failed/", StringComparison.Ordinal)).Select(p => p.ChainId).Distinct().Count() <= 11);
    }

    private FailedSteps Failed => new(_build.Store, TimeProvider.System);
}
