using Slipway.Api.Contracts.Requests;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci.Image;
using Slipway.Oci.Runtime;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class OldClientTests
{
    private static readonly ContainerRequest s_all = new()
    {
        Image = "busybox",
        AutoRemove = true,
        ConsoleSize = new ConsoleSize { Height = 1, Width = 2 },
        Annotations = new Dictionary<string, string> { ["a"] = "b" },
        Health = new HealthCheck { Test = ["NONE"], StartInterval = 1_000_000 },
        Mounts = [new(MountKind.Bind, "/a", "/b", ReadOnly: false) { IsDetailed = true, CreateSource = true, NonRecursive = true }, new(MountKind.Bind, "/c", "/d", ReadOnly: false) { CreateSource = true }],
        Attachments = [new() { Network = "n", GatewayPriority = 7 }],
    };

    [Theory]
    [InlineData(24, "")]
    [InlineData(25, "remove")]
    [InlineData(40, "remove nonrecursive")]
    [InlineData(42, "remove nonrecursive size mountpoint")]
    [InlineData(43, "remove nonrecursive size mountpoint annotations")]
    [InlineData(44, "remove nonrecursive size mountpoint annotations interval")]
    [InlineData(48, "remove nonrecursive size mountpoint annotations interval priority")]
    public void WhatCameLater_IsNotLookedAt(int minor, string kept)
    {
        ContainerRequest read = OldClient.Read(s_all, new(1, minor));
        (bool Is, string Name)[] members =
        [
            (read.AutoRemove, "remove"), (read.Mounts[0].NonRecursive, "nonrecursive"), (read.ConsoleSize is not null, "size"), (read.Mounts[0].CreateSource, "mountpoint"),
            (read.Annotations.Count > 0, "annotations"), (read.Health!.StartInterval is not null, "interval"), (read.Attachments![0].GatewayPriority != 0, "priority"),
        ];
        Assert.Equal(kept, string.Join(' ', members.Where(m => m.Is).Select(m => m.Name)));
        // -v has always made its directory.
        Assert.True(read.Mounts[1].CreateSource);
    }

    [Fact]
    public void MountsThatCameLater_AreRefused_AndTakenSince()
    {
        ContainerRequest part = s_all with { Mounts = [new(MountKind.Volume, "v", "/v", ReadOnly: false) { Subpath = "x", IsDetailed = true }] };
        ContainerRequest image = s_all with { Mounts = [new(MountKind.Image, "i", "/i", ReadOnly: true) { IsDetailed = true }] };
        Assert.Equal("VolumeOptions.Subpath needs API v1.45 or newer", Assert.Throws<ApiException>(() => OldClient.Read(part, new(1, 44))).Message);
        Assert.Equal("Mount type \"Image\" needs API v1.48 or newer", Assert.Throws<ApiException>(() => OldClient.Read(image, new(1, 47))).Message);
        Assert.Equal("x", OldClient.Read(part, new(1, 45)).Mounts[0].Subpath);
        Assert.Single(OldClient.Read(image, new(1, 48)).Mounts);
    }
}
