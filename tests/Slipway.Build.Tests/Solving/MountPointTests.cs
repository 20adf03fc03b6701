using Xunit;

namespace Slipway.Build.Tests.Solving;

/// <summary>The places of mounts: gone after the step, and nothing of the host's with them.</summary>
public sealed class MountPointTests : IDisposable
{
    private readonly BuildFixture _build = new();
    private readonly string _victim = Directory.CreateTempSubdirectory("slipway-victim-").FullName;

    public void Dispose()
    {
        Directory.Delete(_victim, recursive: true);
        _build.Dispose();
    }

    // CVE-2024-23652: the way there is a link in the end, and where that leads on the host lies just what a clean-up looks for: empty, under the same name.
    [Theory]
    [InlineData("type=tmpfs,target=/x/y/z")]
    [InlineData("type=bind,source=f,target=/x/y/z")]
    public void AWayThatBecameALink_IsNotFollowed(string mount)
    {
        _build.Write("f", "shown");
        string there = Path.Join(Directory.CreateDirectory(Path.Join(_victim, "y")).FullName, "z");
        if (mount.Contains("tmpfs", StringComparison.Ordinal))
            Directory.CreateDirectory(there);
        else
            File.WriteAllText(there, "");

        Assert.Contains($"/x -> {_victim}\n", _build.Files(_build.Build($"FROM scratch\nRUN --mount={mount} swap x {_victim}\n")), StringComparison.Ordinal);

        Assert.True(Path.Exists(there));
    }

    [Fact]
    public void ReadOnlyContext_IsCopiedOnceABuild_AWritableOneForEach()
    {
        _build.Write("d/f", "1");

        _build.Build("FROM scratch\nRUN --mount=source=d,target=/m nothing\nRUN --mount=source=d,target=/m,readonly write /a 1\nRUN --mount=source=d,target=/m,rw write /b 1\nRUN --mount=source=d,target=/m,rw write /c 1\n");

        Assert.Equal(4, _build.Runner.Shown.Count);
        Assert.Equal(_build.Runner.Shown[0], _build.Runner.Shown[1]);
        Assert.Equal(3, _build.Runner.Shown.Distinct().Count());
    }

    [Theory]
    [InlineData("type=tmpfs,target=/x/y/z")]
    [InlineData("type=bind,source=f,target=/x/y/z")]
    public void WhatWasMadeForAMount_IsInNoLayer(string mount)
    {
        _build.Write("f", "shown");

        Assert.Equal("/a 644 0:0 1\n", _build.Files(_build.Build($"FROM scratch\nRUN --mount={mount} write /a 1\n")));
    }
}
