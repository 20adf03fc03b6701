using Slipway.Api.BuildKit;
using Slipway.Build;
using Slipway.Build.Graph;
using Slipway.Oci;
using Xunit;

namespace Slipway.Api.Tests.BuildKit;

public sealed class SolveOptionsTests
{
    [Fact]
    public void ToRequest_OfWhatBuildxSends_IsWhatSlipWouldAsk()
    {
        BuildRequest request = Read(new()
        {
            ["build-arg:A"] = "b", ["label:l"] = "m", ["target"] = "t", ["no-cache"] = "one,two", ["platform"] = "linux/arm64", ["force-network-mode"] = "host", ["hostname"] = "h",
            ["add-hosts"] = "a=1.2.3.4,b=192.0.0.8", ["shm-size"] = "5", ["ulimit"] = "nofile=1:2,core=-1", ["context:dir"] = "local:dir", ["context:img::linux/amd64"] = "docker-image://x:1",
            ["context:far"] = "https://example.org/x.git", ["context:bare"] = "docker-image:x:2",
        });
        Assert.Equal("b", request.BuildArgs["A"]);
        Assert.Equal("m", request.Labels["l"]);
        Assert.Equal(("t", false, "host", "h", 5L), (request.Target, request.NoCache, request.Network, request.Limits.Hostname, request.Limits.ShmSize));
        Assert.Equal(["one", "two"], request.NoCacheStages);
        Assert.Equal("linux/arm64", request.Platform!.ToString());
        Assert.Equal([("a", "1.2.3.4"), ("b", StepLimits.HostGateway)], request.Limits.Hosts);
        Assert.Equal([new("nofile", 1, 2), new("core", ulong.MaxValue, ulong.MaxValue)], request.Limits.Ulimits);
        Assert.Equal(new DirectoryContext("/kept/dir"), request.Contexts["dir"]);
        Assert.Equal(new ImageContext(Reference.Parse("x:1")), request.Contexts["img"]);
        Assert.Equal(new ImageContext(Reference.Parse("x:2")), request.Contexts["bare"]);
        Assert.Equal(new RemoteContext("https://example.org/x.git"), request.Contexts["far"]);
        Assert.Equal(new EmptyContext(), Read(new() { ["context:x"] = "docker-image://scratch" }).Contexts["x"]);
        Assert.True(Read(new() { ["no-cache"] = "" }).NoCache);
        // What a client asks for unasked, where the image can have it.
        Assert.Empty(Read(new() { ["attest:provenance"] = "mode=min,inline-only=true" }).Labels);
    }

    [Fact]
    public void Read_OfSeveralPlatforms_HasEachOnce()
    {
        Assert.Equal(["linux/amd64", "linux/arm/v7"], SolveOptions.Read("dockerfile.v0", new Dictionary<string, string> { ["platform"] = "linux/amd64,linux/arm/v7,linux/amd64" }).Platforms.Select(platform => platform.ToString()));
        Assert.Empty(SolveOptions.Read("dockerfile.v0", new Dictionary<string, string>()).Platforms);
    }

    [Fact]
    public void Read_OfADirectoryOfAContext_IsTheRemoteOnesAlone()
    {
        Assert.Equal("sub/dir", SolveOptions.Read("dockerfile.v0", new Dictionary<string, string> { ["context"] = "http://buildkit-session/x", ["contextsubdir"] = "sub/dir" }).ContextDirectory);
        Assert.Null(SolveOptions.Read("dockerfile.v0", new Dictionary<string, string> { ["contextsubdir"] = "sub/dir" }).ContextDirectory);
        Assert.Null(SolveOptions.Read("dockerfile.v0", new Dictionary<string, string> { ["context"] = "http://buildkit-session/x" }).ContextDirectory);
    }

    [Theory]
    [InlineData("linux/arm64", "arm:1")]
    [InlineData("linux/riscv64", "any:1")]
    public void Contexts_OfOneNameForSeveralPlatforms_AreThatOfTheBuilds(string platform, string expected)
    {
        Dictionary<string, string> asked = new() { ["platform"] = platform, ["context:x"] = "docker-image://any:1", ["context:x::linux/arm64"] = "docker-image://arm:1", ["context:x::linux/amd64"] = "docker-image://amd:1" };
        Assert.Equal(new ImageContext(Reference.Parse(expected)), Read(asked).Contexts["x"]);
        asked.Remove("context:x");
        Assert.Equal(platform == "linux/arm64", Read(asked).Contexts.ContainsKey("x"));
        asked["platform"] = "linux/arm64,linux/amd64";
        Assert.Equal(ErrorKind.NotSupported, Assert.Throws<SlipwayException>(() => Read(asked)).Kind);
    }

    [Theory]
    [InlineData("attest:provenance", "mode=max")]
    [InlineData("requestid", "frontend.nosuch")]
    [InlineData("build-arg:BUILDKIT_SYNTAX", "evil/frontend")]
    [InlineData("attest:sbom", "")]
    [InlineData("context:x", "oci-layout://session@sha256:00")]
    public void Read_OfWhatIsNotServed_SaysSo(string name, string value) => Assert.Equal(ErrorKind.NotSupported, Assert.Throws<SlipwayException>(() => Read(new() { [name] = value })).Kind);

    [Theory]
    [InlineData("ulimit", "nofile")]
    [InlineData("ulimit", "nofile=x")]
    [InlineData("shm-size", "-5")]
    [InlineData("add-hosts", "a=b")]
    [InlineData("force-network-mode", "container:x")]
    [InlineData("platform", "a/b/c/d")]
    public void Read_OfWhatCantBe_IsRefused(string name, string value) => Assert.Throws<SlipwayException>(() => Read(new() { [name] = value }));

    [Theory]
    [InlineData("dockerfile.v0", "", true)]
    [InlineData("gateway.v0", "docker/dockerfile:1.7@sha256:00", true)]
    [InlineData("gateway.v0", "docker.io/docker/dockerfile-upstream:master", true)]
    [InlineData("gateway.v0", "docker/dockerfile.evil", false)]
    [InlineData("gateway.v0", "", false)]
    [InlineData("evil.v0", "", false)]
    public void Read_OfAFrontend_TakesOurOwn(string frontend, string source, bool own)
    {
        var attributes = new Dictionary<string, string> { ["source"] = source };
        if (own)
            Assert.Equal("Dockerfile", SolveOptions.Read(frontend, attributes).Filename);
        else
            Assert.Throws<SlipwayException>(() => SolveOptions.Read(frontend, attributes));
    }

    private static BuildRequest Read(Dictionary<string, string> attributes) => SolveOptions.Read("dockerfile.v0", attributes).ToRequest([], name => "/kept/" + name);
}
