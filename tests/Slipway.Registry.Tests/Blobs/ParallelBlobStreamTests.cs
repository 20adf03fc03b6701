using System.Globalization;
using Slipway.Oci;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Blobs;

/// <summary>Big blobs by several ranges at once: the same bytes in the same order, or the same errors.</summary>
public sealed class ParallelBlobStreamTests
{
    private static readonly byte[] s_content = TestClient.RandomContent(1_000_000);
    private static readonly RegistrySettings s_settings = TestClient.Settings with { ParallelFrom = 300_000, RangeBytes = 100_000, RangesAtOnce = 3 };

    [Theory]
    [InlineData(0)]
    [InlineData(123)]
    [InlineData(700_000)]
    public async Task Read_FromAnywhere_GivesItsBytesByRanges(int from)
    {
        using var registry = new ScriptedRegistry(r => Ranged(r));
        Assert.Equal(s_content[from..], await TestClient.ReadBlob(registry, s_content, s_settings, from));
        Assert.Equal((s_content.Length - from + 99_999) / 100_000, registry.Requests.Count(r => r["range"] is not null));
        Assert.Contains($"bytes={from}-{from + 99_999}", registry.Requests.Select(r => r["range"]));
    }

    [Fact]
    public async Task Read_OfLittle_IsOneRequest()
    {
        using var registry = new ScriptedRegistry(r => Ranged(r));
        Assert.Equal(s_content[700_001..], await TestClient.ReadBlob(registry, s_content, s_settings, 700_001));
        Assert.Equal("bytes=700001-", Assert.Single(registry.Requests, r => r["range"] is not null)["range"]);
    }

    [Fact]
    public async Task Read_SeveralAreUnderWayAtOnce()
    {
        int now = 0, most = 0;
        using var registry = new ScriptedRegistry(r =>
        {
            int here = Interlocked.Increment(ref now);
            InterlockedMax(ref most, here);
            // Until others have come, or nobody does.
            SpinWait.SpinUntil(() => Volatile.Read(ref now) >= 3, 200);
            Interlocked.Decrement(ref now);
            return Ranged(r);
        });
        // The registry above keeps processors busy while it waits: nobody stalls here.
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, s_settings with { StallTimeout = TimeSpan.FromSeconds(10) }));
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task Read_WhereRangesAreIgnored_TakesTheOneAnswer()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, s_settings));
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Read_WhereRangesAreTakenOnce_IsRefused()
    {
        using var registry = new ScriptedRegistry(r => r["range"] == "bytes=0-99999" ? Ranged(r) : new ScriptedResponse(200, s_content));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, s_settings));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains("it answers with all", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfRangesThatAreCut_GoesOnInEach()
    {
        using var registry = new ScriptedRegistry(r => Ranged(r, cutAfter: 60_000));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, s_settings));
    }

    [Fact]
    public async Task Read_OfAnotherRange_IsRefused()
    {
        using var registry = new ScriptedRegistry(r => Ranged(r, shift: r["range"] == "bytes=300000-399999" ? 1 : 0));
        Assert.Equal(ErrorKind.Corrupt, (await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, s_settings))).Kind);
    }

    [Fact]
    public async Task Read_WhereTheRegistryIsBusyNowAndThen_TriesAgain()
    {
        int asked = 0;
        using var registry = new ScriptedRegistry(r => Interlocked.Increment(ref asked) % 3 == 0 ? ScriptedResponse.Of(429, ("Retry-After", "0")) : Ranged(r));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, s_settings));
    }

    [Fact]
    public async Task Dispose_InTheMiddle_EndsAllLines()
    {
        using var registry = new ScriptedRegistry(r => Ranged(r) with { SilentAfter = r["range"] == "bytes=0-99999" ? null : 10 });
        await TestClient.With(registry, async repository =>
        {
            using (Stream stream = repository.Blobs.OpenRead(TestClient.DescriptorOf(s_content)))
                await stream.ReadExactlyAsync(new byte[1000], TestClient.Cancel);
            return true;
        }, s_settings with { StallTimeout = TimeSpan.FromMinutes(5) });
    }

    private static ScriptedResponse Ranged(ScriptedRequest request, int? cutAfter = null, int shift = 0)
    {
        if (request["range"] is not { } range)
            return new ScriptedResponse(200, s_content);
        string[] ends = range["bytes=".Length..].Split('-');
        int from = int.Parse(ends[0], CultureInfo.InvariantCulture) + shift;
        int to = ends[1].Length > 0 ? int.Parse(ends[1], CultureInfo.InvariantCulture) : s_content.Length - 1;
        return new ScriptedResponse(206, s_content[from..(to + 1)], ("Content-Range", $"bytes {from}-{to}/{s_content.Length}")) { CutAfter = to - from > cutAfter ? cutAfter : null };
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = Volatile.Read(ref most))
        {
        }
    }
}
