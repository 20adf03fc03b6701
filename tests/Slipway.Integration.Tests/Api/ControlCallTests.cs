using Xunit;
using static Slipway.Integration.Tests.Api.GrpcCaller;

namespace Slipway.Integration.Tests.Api;

/// <summary>Calls of moby.buildkit.v1.Control as BuildKit's own library makes them, which buildx has no command for.</summary>
public sealed class ControlCallTests
{
    private const string Control = "/moby.buildkit.v1.Control/";

    // It waited for ever for a client that had nothing more to say.
    [Fact]
    public async Task Solve_OfAnEmptyGraph_IsOverAtOnce()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var caller = new GrpcCaller(slipd.SocketPath);
        Assert.Equal((0, ""), await StatusOf(caller, "Solve", [.. Field(1, "empty"), .. Field(2, [])]));
        (int status, string said) = await StatusOf(caller, "Solve", [.. Field(1, "image"), .. Field(2, []), .. Field(13, Field(1, "moby"))]);
        Assert.Equal(2, status);
        Assert.Contains("its result as moby (type=local is) is not served", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Solve_WithASourcePolicy_IsRefusedAndNotBuiltWithoutIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var caller = new GrpcCaller(slipd.SocketPath);
        (int status, string said) = await StatusOf(caller, "Solve", [.. Field(1, "ruled"), .. Field(2, []), .. Field(12, Field(2, Field(1, Field(1, "docker-image://busybox"))))]);
        Assert.Equal(2, status);
        Assert.Contains("source policies are not served", said, StringComparison.Ordinal);
        Assert.Equal((0, ""), await StatusOf(caller, "Solve", [.. Field(1, "free"), .. Field(2, []), .. Field(12, [])]));
    }

    [Fact]
    public async Task History_IsPinnedAndForgotten()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var caller = new GrpcCaller(slipd.SocketPath);
        async Task<string> HistoryAsync() => System.Text.Encoding.UTF8.GetString((await caller.CallAsync(Control + "ListenBuildHistory", 3 << 3, 1)).Body);

        Assert.Equal((0, ""), await StatusOf(caller, "Solve", [.. Field(1, "one-build"), .. Field(2, [])]));
        Assert.Contains("one-build", await HistoryAsync(), StringComparison.Ordinal);
        Assert.Equal((0, ""), await StatusOf(caller, "UpdateBuildHistory", [.. Field(1, "one-build"), 2 << 3, 1]));
        // Field 14, true.
        Assert.Contains("p\u0001", await HistoryAsync(), StringComparison.Ordinal);
        for (int i = 0; i < 60; i++)
            await caller.CallAsync(Control + "Solve", [.. Field(1, $"later-{i:00}"), .. Field(2, [])]);
        string kept = await HistoryAsync();
        Assert.Contains("one-build", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("later-00", kept, StringComparison.Ordinal);
        Assert.Contains("later-59", kept, StringComparison.Ordinal);
        Assert.Equal((0, ""), await StatusOf(caller, "UpdateBuildHistory", [.. Field(1, "one-build"), 3 << 3, 1]));
        Assert.DoesNotContain("one-build", await HistoryAsync(), StringComparison.Ordinal);
        Assert.Equal((5, "no such build: one-build"), await StatusOf(caller, "UpdateBuildHistory", [.. Field(1, "one-build"), 3 << 3, 1]));
    }

    private static async Task<(int Status, string Said)> StatusOf(GrpcCaller caller, string call, byte[] message)
    {
        (int status, string said, _) = await caller.CallAsync(Control + call, message);
        return (status, said);
    }
}
