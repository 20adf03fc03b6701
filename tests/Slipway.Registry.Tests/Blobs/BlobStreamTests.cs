using Slipway.Oci;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Blobs;

/// <summary>H-reg 2, 3, 5, 15 and 16 of the security catalogue: what comes over the line is the blob's bytes or an error.</summary>
public sealed class BlobStreamTests
{
    private static readonly byte[] s_content = TestClient.RandomContent(300_000);

    [Fact]
    public async Task Read_OfAWholeBlob_GivesItsBytes()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Read_OfAnEmptyBlob_EndsAtOnce()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, []));
        Assert.Empty(await TestClient.ReadBlob(registry, []));
    }

    [Fact]
    public async Task Read_FromAnOffset_AsksForTheRestOnly()
    {
        using var registry = new ScriptedRegistry(Ranged);
        Assert.Equal(s_content[1000..], await TestClient.ReadBlob(registry, s_content, from: 1000));
        Assert.Equal("bytes=1000-", registry.Requests[^1]["range"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_OfALineThatIsCut_GoesOnWhereItStopped(bool chunked)
    {
        using var registry = new ScriptedRegistry(request => request["range"] is null
            ? new ScriptedResponse(200, s_content) { CutAfter = 100_000, Chunked = chunked }
            : Ranged(request));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
        Assert.Equal("bytes=100000-", registry.Requests[^1]["range"]);
    }

    [Fact]
    public async Task Read_OfAShortContentLength_GoesOnBehindIt()
    {
        using var registry = new ScriptedRegistry(request => request["range"] is null ? new ScriptedResponse(200, s_content[..5000]) : Ranged(request));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
    }

    [Fact]
    public async Task Read_OfABodyThatIsAlwaysTooShort_GivesUp()
    {
        using var registry = new ScriptedRegistry(request => request["range"] is null ? new ScriptedResponse(200, s_content[..5000])
            : new ScriptedResponse(206, [], ("Content-Range", $"bytes 5000-4999/{s_content.Length}")));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains("5000", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfSilence_GoesOnWhereItStopped()
    {
        using var registry = new ScriptedRegistry(request => request["range"] is null ? new ScriptedResponse(200, s_content) { SilentAfter = 7000 } : Ranged(request));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
    }

    [Fact]
    public async Task Read_OfSilenceForEver_EndsInAnErrorThatSaysSo()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content) { SilentAfter = 0 });
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Equal(ErrorKind.Unavailable, e.Kind);
        Assert.Contains("nothing came for 0.4 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhereRangesAreIgnored_LeavesOutWhatIsThereAlready()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        Assert.Equal(s_content[150_000..], await TestClient.ReadBlob(registry, s_content, from: 150_000));
    }

    [Theory]
    [InlineData("bytes 999-299999/300000")]
    [InlineData("bytes 0-299999/300000")]
    [InlineData("bytes 1000-299999/300001")]
    [InlineData("bytes 1000-400000/300000")]
    [InlineData("lines 1-2/3")]
    [InlineData("nonsense")]
    public async Task Read_OfAnotherRangeThanAskedFor_IsRefused(string range)
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(206, s_content[1000..], ("Content-Range", range)));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, from: 1000));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
    }

    [Fact]
    public async Task Read_OfMoreThanItsSize_IsRefusedBeforeItIsRead()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, size: 1000));
        Assert.Contains("300000 bytes instead of 1000", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfAnEndlessChunkedBody_EndsAtItsSize()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content) { Chunked = true });
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, size: 1000));
        Assert.Contains("goes on after its 1000 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfABodyWithContentEncoding_GivesTheBytesAsServed()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content, ("Content-Encoding", "gzip")));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
        Assert.Null(registry.Requests[^1]["accept-encoding"]);
    }

    [Fact]
    public async Task Read_WhereTheRegistryIsBusy_TriesAgain()
    {
        int asked = 0;
        using var registry = new ScriptedRegistry(_ => Interlocked.Increment(ref asked) < 3
            ? ScriptedResponse.Of(429, ("Retry-After", "1000000000"))
            : new ScriptedResponse(200, s_content));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
        Assert.Equal(3, registry.Requests.Count);
    }

    [Fact]
    public async Task Read_WhereTheRegistryIsAlwaysBusy_GivesUpAfterItsAttempts()
    {
        using var registry = new ScriptedRegistry(_ => ScriptedResponse.Of(503));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Equal(ErrorKind.Unavailable, e.Kind);
    }

    [Fact]
    public async Task Read_ThatIsCancelled_EndsAtOnce()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content) { SilentAfter = 10 });
        using var cancel = new CancellationTokenSource();
        await TestClient.With(registry, async repository =>
        {
            using var stream = repository.Blobs.OpenRead(TestClient.DescriptorOf(s_content));
            byte[] buffer = new byte[100];
            Assert.Equal(10, await stream.ReadAsync(buffer, cancel.Token));
            ValueTask<int> next = stream.ReadAsync(buffer, cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
            return true;
        }, TestClient.Settings with { StallTimeout = TimeSpan.FromMinutes(5) });
    }

    private static ScriptedResponse Ranged(ScriptedRequest request)
    {
        int from = int.Parse(request["range"]!["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        return new ScriptedResponse(206, s_content[from..], ("Content-Range", $"bytes {from}-{s_content.Length - 1}/{s_content.Length}"));
    }
}
