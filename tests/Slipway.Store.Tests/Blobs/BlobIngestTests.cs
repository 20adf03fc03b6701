using System.Text;
using Slipway.Oci;
using Slipway.Store.Blobs;
using Xunit;

namespace Slipway.Store.Tests.Blobs;

public sealed class BlobIngestTests : IDisposable
{
    private static readonly byte[] s_content = Encoding.ASCII.GetBytes("some content that comes in two parts");
    private static readonly Digest s_digest = Digest.Of(s_content);
    private readonly TempStore _store = new();

    private BlobStore Blobs => _store.Storage.Blobs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Ingest_InOneGo_StoresTheBlob()
    {
        using BlobIngest ingest = (await Begin())!;
        ingest.Write(s_content);
        ingest.Commit();
        ingest.Forget();
        Assert.Equal(s_content, Blobs.ReadAll(s_digest, 100));
        Assert.Empty(Directory.GetFiles(_store.Paths.Ingest));
        Assert.Null(await Begin());
    }

    [Fact]
    public async Task Ingest_ThatStopped_GoesOnThere()
    {
        using (BlobIngest first = (await Begin())!)
            first.Write(s_content.AsSpan(0, 10));
        Assert.False(Blobs.Contains(s_digest));
        using BlobIngest second = (await Begin())!;
        Assert.Equal((10L, true), (second.Offset, second.IsResumed));
        second.Write(s_content.AsSpan(10));
        second.Commit();
        Assert.Equal(s_content, Blobs.ReadAll(s_digest, 100));
    }

    [Fact]
    public async Task Ingest_OfWhatWasTornMeanwhile_IsNotStoredAndBeginsAnew()
    {
        using (BlobIngest first = (await Begin())!)
            first.Write(s_content.AsSpan(0, 10));
        File.WriteAllBytes(Assert.Single(Directory.GetFiles(_store.Paths.Ingest)), new byte[10]);
        using BlobIngest second = (await Begin())!;
        second.Write(s_content.AsSpan(10));
        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<SlipwayException>(second.Commit).Kind);
        Assert.False(Blobs.Contains(s_digest));
        Assert.Equal(0, second.Offset);
        second.Write(s_content);
        second.Commit();
        Assert.True(Blobs.Contains(s_digest));
    }

    [Fact]
    public async Task Ingest_OfMoreThanItsSize_IsRefused()
    {
        using BlobIngest ingest = (await Begin())!;
        ingest.Write(s_content);
        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<SlipwayException>(() => ingest.Write([1])).Kind);
    }

    [Fact]
    public async Task Ingest_OfLess_IsNotStored()
    {
        using BlobIngest ingest = (await Begin())!;
        ingest.Write(s_content.AsSpan(1));
        Assert.Contains("bytes instead of", Assert.Throws<SlipwayException>(ingest.Commit).Message, StringComparison.Ordinal);
        Assert.False(Blobs.Contains(s_digest));
    }

    [Fact]
    public async Task Ingest_OfABlobOfAnotherSize_IsRefused()
    {
        Blobs.Write(s_content);
        await Assert.ThrowsAsync<SlipwayException>(() => Blobs.IngestAsync(s_digest, 5, null, Cancel));
        Assert.Equal(s_content, Blobs.ReadAll(s_digest, 100));
    }

    [Fact]
    public async Task Ingest_WhereAnotherFetchesIt_WaitsAndFindsIt()
    {
        using ImageStorage other = _store.Open();
        using BlobIngest first = (await Begin())!;
        var waits = new TaskCompletionSource();
        Task<BlobIngest?> second = other.Blobs.IngestAsync(s_digest, s_content.Length, waits.SetResult, Cancel);
        await waits.Task.WaitAsync(Cancel);
        first.Write(s_content);
        first.Commit();
        Assert.Null(await second);
    }

    [Fact]
    public async Task Ingest_WhereAnotherGivesUp_GoesOnForIt()
    {
        using ImageStorage other = _store.Open();
        BlobIngest first = (await Begin())!;
        var waits = new TaskCompletionSource();
        Task<BlobIngest?> second = other.Blobs.IngestAsync(s_digest, s_content.Length, waits.SetResult, Cancel);
        await waits.Task.WaitAsync(Cancel);
        first.Write(s_content.AsSpan(0, 7));
        first.Dispose();
        using BlobIngest? taken = await second;
        Assert.Equal(7, taken?.Offset);
    }

    [Fact]
    public async Task Ingest_WhosePullCameToNothing_IsTakenUpWhole()
    {
        using (_store.Storage.Leases.Acquire("pull"))
        {
            using BlobIngest first = (await Begin())!;
            first.Write(s_content);
            first.Commit();
        }
        Assert.Equal([s_digest], _store.Storage.Collector.Collect().Blobs);
        using BlobIngest second = (await Begin())!;
        Assert.Equal(s_content.Length, second.Offset);
        second.Commit();
        Assert.Equal(s_content, Blobs.ReadAll(s_digest, 100));
    }

    [Fact]
    public async Task Sweep_OfAnIngest_KeepsItForAWeek()
    {
        using (BlobIngest first = (await Begin())!)
            first.Write(s_content.AsSpan(0, 10));
        _store.Storage.Collector.Sweep();
        Assert.Single(Directory.GetFiles(_store.Paths.Ingest));
        using ImageStorage later = ImageStorage.Open(_store.Paths, new Clock(TimeSpan.FromDays(8)));
        later.Collector.Sweep();
        Assert.Empty(Directory.GetFiles(_store.Paths.Ingest));
    }

    [Fact]
    public async Task Sweep_OfAnIngestThatIsGoingOn_LeavesItAlone()
    {
        using BlobIngest ingest = (await Begin())!;
        ingest.Write(s_content);
        using ImageStorage later = ImageStorage.Open(_store.Paths, new Clock(TimeSpan.FromDays(8)));
        later.Collector.Sweep();
        ingest.Commit();
        Assert.Equal(s_content, Blobs.ReadAll(s_digest, 100));
    }

    [Fact]
    public async Task Ingest_WhereASecondNameWasLeft_NeverWritesToWhatIsInPlace()
    {
        using (BlobIngest first = (await Begin())!)
        {
            first.Write(s_content);
            first.Commit();
        }
        string left = Assert.Single(Directory.GetFiles(_store.Paths.Ingest));
        // As if a power cut had torn the blob, and with it its second name.
        File.WriteAllBytes(left, [1, 2, 3]);
        using BlobIngest second = (await Begin())!;
        Assert.Equal(0, second.Offset);
        Assert.Equal(3, new FileInfo(Blobs.PathOf(s_digest)).Length);
        second.Write(s_content);
        second.Commit();
        Assert.Equal(s_content, Blobs.ReadAll(s_digest, 100));
    }

    private Task<BlobIngest?> Begin() => Blobs.IngestAsync(s_digest, s_content.Length, null, Cancel);

    private sealed class Clock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
