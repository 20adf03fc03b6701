using Slipway.Build.Cache;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;
using Slipway.Oci;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Build.Tests.Solving;

public sealed class ParallelTests : IDisposable
{
    private const string Meeting = "FROM scratch AS a\nRUN meet 3 a\nRUN write /a 1\nFROM scratch AS b\nRUN meet 3 b\nFROM scratch AS c\nRUN meet 3 c\nFROM scratch\n"
        + "COPY --from=a / /a/\nCOPY --from=b / /b/\nCOPY --from=c / /c/\n";

    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    // Each waits for the two others to run.
    [Fact]
    public void IndependentStages_RunAtOnce()
    {
        ImageRecord image = _build.Build(Meeting);

        Assert.Contains("/a/a 644 0:0 1\n", _build.Files(image), StringComparison.Ordinal);
    }

    [Fact]
    public void StagesNobodyNeeds_NeverRun()
    {
        _build.Build("FROM scratch AS unused\nRUN fail 1\nFROM scratch\nRUN write /a 1\n");

        Assert.Single(_build.Runner.Steps);
    }

    [Fact]
    public void EqualSteps_RunOnce()
    {
        _build.Build("FROM scratch AS a\nRUN write /f 1\nFROM scratch AS b\nRUN write /f 1\nFROM scratch\nCOPY --from=a /f /a\nCOPY --from=b /f /b\n");

        Assert.Single(_build.Runner.Steps);
    }

    [Fact]
    public async Task TwoBuildsOfTheSame_ShareTheWork()
    {
        const string Text = "FROM scratch\nRUN meet 1 x\nRUN write /f 1\n";

        ImageRecord[] images = await Task.WhenAll(
            Task.Run(() => _build.BuildAsync(Text, null, CancellationToken.None, new()), TestContext.Current.CancellationToken),
            Task.Run(() => _build.BuildAsync(Text, null, CancellationToken.None, new()), TestContext.Current.CancellationToken));

        Assert.Equal(images[0].Id, images[1].Id);
        Assert.Equal(2, _build.Runner.Steps.Count);
    }

    [Fact]
    public void OneFailure_StopsTheOthers_AndIsTheBuilds()
    {
        DockerfileException error = _build.Fails("FROM scratch AS a\nRUN hang\nFROM scratch AS b\nRUN fail 7\nFROM scratch\nCOPY --from=a / /a/\nCOPY --from=b / /b/\n");

        Assert.Contains("exit code: 7", error.Message, StringComparison.Ordinal);
        Assert.Contains(("RUN hang", StepOutcome.Cancelled), _build.Progress.Ended);
        Assert.Empty(Directory.GetFileSystemEntries(_build.Store.Paths.Tmp));
    }

    [Fact]
    public async Task Cancelled_EndsSoon_AndFreesWhatItHeld()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _build.BuildAsync("FROM scratch\nRUN hang\n", null, stop.Token));

        Assert.Empty(Directory.GetFiles(Path.Join(_build.Store.Paths.BuildCache, "locks")));
    }

    [Fact]
    public async Task AStepsLock_IsHeldByOne_AndFreedByItsEnd()
    {
        string directory = Directory.CreateDirectory(Path.Join(_build.Store.Paths.BuildCache, "test")).FullName;
        var locks = new StepLocks(directory);
        Digest key = Digest.Of("key"u8);
        IDisposable first = await locks.AcquireAsync(key, CancellationToken.None);
        Task<IDisposable> second = locks.AcquireAsync(key, CancellationToken.None);
        (await locks.AcquireAsync(Digest.Of("other"u8), CancellationToken.None)).Dispose();

        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Dispose();
        Assert.Empty(Directory.GetFiles(directory));
    }
}
