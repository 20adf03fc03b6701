using Slipway.Build.Cache;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
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
        Assert.Equal("/w", step.Run.Operation.WorkingDirectory);
        Assert.Contains("A=1", step.Run.Operation.Env);
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

        Assert.Equal(0, shell.Enter(new() { Step = FailedSteps.Last, Command = ["write /w/mine x"] }, Assert.Fail));
        Assert.Equal(3, shell.Enter(new() { Step = id, IsBefore = true, Command = ["fail 3"] }, Assert.Fail));

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
    public void WhatTheyLeft_CountsForTheLimitOfTheCache()
    {
        _build.Write("big", new string('x', 200_000));
        _build.Fails("FROM scratch\nRUN --mount=target=/c fail 1\n");
        var cache = new BuildCache(_build.Store, TimeProvider.System);

        cache.EnforceLimits(limit: 1_000_000, CancellationToken.None);
        Assert.NotNull(Failed.Get(FailedSteps.Last));
        cache.EnforceLimits(limit: 100_000, CancellationToken.None);
        Assert.Throws<SlipwayException>(() => Failed.Get(FailedSteps.Last));
    }

    [Fact]
    public void TooMany_LeaveTheNewest()
    {
        for (int i = 0; i < 12; i++)
            _build.Fails($"FROM scratch\nRUN spoil /f {i}\n");

        Assert.Equal("RUN spoil /f 11", Failed.Get(FailedSteps.Last).Title);
        Assert.True(_build.Store.Leases.Pins().Where(p => p.User.StartsWith("failed/", StringComparison.Ordinal)).Select(p => p.ChainId).Distinct().Count() <= 11);
    }

    [Fact]
    public void HowItRan_ComesBackFromTheRow()
    {
        Digest layer = Digest.Of("layer"u8);
        var step = new RunOperation([], ["A=ä\n\"b\"", "EMPTY="], "/w", "u:g", "none")
        {
            IsInsecure = true,
            Platform = new() { OS = "linux", Architecture = "arm", Variant = "v7" },
            Limits = new([new("nofile", 5, ulong.MaxValue)], 1 << 20, [("a", "::1"), ("b", StepLimits.HostGateway)], "name"),
            Script = new("/dev/pipes/EOF", "#!/bin/sh\necho\n"),
        };
        RunMount mount = new() { Kind = MountKind.Cache, Target = "/c", Source = "s", Id = "i", Sharing = CacheSharing.Locked, IsReadOnly = true, Size = 7, Env = "", Mode = 0, Uid = 1, Gid = 2 };

        KeptRun read = KeptRunJson.Read(KeptRunJson.Write(new(step, [new(mount, new(layer, "/p", IsOwn: true), new(null, "", IsOwn: false), "ctx"), new(new() { Kind = MountKind.Ssh }, null, null, null)])));

        Assert.Equivalent(step, read.Operation, strict: true);
        Assert.Equal(new(mount, new(layer, "/p", IsOwn: true), new(null, "", IsOwn: false), "ctx"), read.Mounts[0]);
        Assert.Equal(new(new() { Kind = MountKind.Ssh }, null, null, null), read.Mounts[1]);
        Assert.Equal([layer], read.OwnLayers);
    }

    [Fact]
    public void Mounts_OfTheContext_AreKept_AsTheyWere()
    {
        _build.Write("src/f", "1");
        _build.Fails("FROM scratch\nRUN --mount=source=src,target=/s --mount=source=src/f,target=/one,rw --mount=source=src,target=/rw,rw fail 1\n");
        KeptRun run = Failed.Get(FailedSteps.Last).Run;
        _build.Write("src/f", "2");
        new BuildCache(_build.Store, TimeProvider.System).Prune(new() { All = true, DescriptionPart = "nothing" }, CancellationToken.None);
        _build.Store.Collector.Collect();

        Assert.Equal(["", "/f", ""], run.Mounts.Select(mount => mount.From!.Path));
        Assert.Equal([false, true, true], run.Mounts.Select(mount => mount.Left is not null));
        Assert.All(run.Mounts, mount => Assert.Equal("1", File.ReadAllText(Path.Join(_build.Store.Layers.PathOf(mount.From!.Chain!.Value), "f"))));
        Assert.All(run.Layers, layer => Assert.NotNull(_build.Store.Layers.Find(layer)));
        // One copy for the directory, though it was mounted twice.
        Assert.Equal(run.Mounts[0].From, run.Mounts[2].From);
    }

    private FailedSteps Failed => new(_build.Store, TimeProvider.System);
}
