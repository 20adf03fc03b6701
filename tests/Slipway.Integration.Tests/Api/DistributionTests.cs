using System.Net;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What a registry says of a name, asked through the API.</summary>
public sealed class DistributionTests
{
    [Fact]
    public async Task Inspect_ANameAtARegistry_DescriptorAndPlatform_AndNothingIsPulled()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slipd slipd = Slipd.WithBusybox();
        string name = $"127.0.0.1:{registry.Port}/some/where:tag", id = slipd.Slip.Ok("images", "-q", "--no-trunc", "busybox");
        slipd.Slip.Ok("tag", "busybox", name);
        slipd.Slip.Ok("push", name);
        slipd.Slip.Ok("rmi", name);

        JsonNode said = JsonNode.Parse(await slipd.Http.GetStringAsync($"/v1.51/distribution/{name}/json", TestContext.Current.CancellationToken))!;

        Assert.Equal("linux amd64", $"{said["Platforms"]![0]!["os"]} {said["Platforms"]![0]!["architecture"]}");
        string digest = (string)said["Descriptor"]!["digest"]!;
        Assert.True((long)said["Descriptor"]!["size"]! > 100);
        Assert.Contains("manifest", (string)said["Descriptor"]!["mediaType"]!, StringComparison.Ordinal);
        Assert.Equal(id, digest);
        Assert.DoesNotContain("some/where", slipd.Slip.Ok("images"), StringComparison.Ordinal);
        // By digest the same; a tag that isn't there is not found, and a name that is none is refused.
        Assert.Contains(digest, await slipd.Http.GetStringAsync($"/distribution/127.0.0.1:{registry.Port}/some/where@{digest}/json", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await slipd.Http.GetAsync($"/distribution/127.0.0.1:{registry.Port}/some/where:other/json", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await slipd.Http.GetAsync("/distribution/UPPER/json", TestContext.Current.CancellationToken)).StatusCode);
    }

    // Beyond the mirror is nothing: this machine's namespace has no way out.
    [Fact]
    public async Task Inspect_WhatAMirrorDoesNotHave_IsNotFound_WhereTheRegistryIsNotReached()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slipd slipd = Slipd.WithBusybox("--registry-mirror", $"http://127.0.0.1:{registry.Port}");
        using HttpResponseMessage answer = await slipd.Http.GetAsync("/distribution/alpine:nosuch/json", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
