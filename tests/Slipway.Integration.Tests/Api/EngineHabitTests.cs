using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own tests showed of dockerd that the specification doesn't say.</summary>
public sealed class EngineHabitTests
{
    [Fact]
    public void Connect_OnceMore_IsNothingBeforeTheStart_AndRefusedAfter()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("network", "create", "more");
        slipd.Slip.Ok("create", "--name", "twice", "--network", "more", "busybox", "sleep", "1000");
        Assert.Equal(200, slipd.Send("POST", "/networks/more/connect", """{"Container":"twice"}""").Status);
        slipd.Slip.Ok("start", "twice");
        (int status, string body) = slipd.Send("POST", "/networks/more/connect", """{"Container":"twice"}""");
        Assert.Equal(403, status);
        Assert.Contains("endpoint with name twice already exists in network more", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Disconnect_OfANetworkThatIsGone_IsDoneByForce()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("network", "create", "gone");
        slipd.Slip.Ok("create", "--name", "left", "--network", "gone", "busybox", "true");
        slipd.Slip.Ok("network", "rm", "gone");
        Assert.Equal(404, slipd.Send("POST", "/networks/gone/disconnect", """{"Container":"left"}""").Status);
        Assert.Equal(200, slipd.Send("POST", "/networks/gone/disconnect", """{"Container":"left","Force":true}""").Status);
        Assert.Null(slipd.Get("/containers/left/json")["NetworkSettings"]!["Networks"]!["gone"]);
    }

    [Fact]
    public void Networks_AreNamedAndRefusedAsDockerdDoes()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/networks/create", """{"Name":"test@#$","IPAM":{"Config":[{"Subnet":"fd80:24e2:f998:72d6::/64"},{"Subnet":"10.211.0.0/24"}]},"EnableIPv6":true}""").Status);
        Assert.Equal("10.211.0.0/24", (string?)slipd.Get("/networks/test%40%23%24")["IPAM"]!["Config"]![0]!["Subnet"]);
        Assert.Contains("invalid IPv6 address", slipd.Slip.Run("run", "--network", "test@#$", "--ip6", "::ffff:10.211.0.9", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Equal(204, slipd.Send("DELETE", "/networks/test%40%23%24").Status);
        Assert.Equal(400, slipd.Send("POST", "/networks/create", """{"Name":"a/../b"}""").Status);
        slipd.Slip.Ok("create", "--name", "plain", "busybox", "true");
        foreach (string verb in (string[])["connect", "disconnect"])
            Assert.Contains("cannot be disconnected from host network or connected to host network", slipd.Send("POST", $"/networks/host/{verb}", """{"Container":"plain"}""").Body, StringComparison.Ordinal);
        Assert.Contains("network-scoped alias is supported only for containers in user defined networks", slipd.Send("POST", "/networks/none/connect", """{"Container":"plain","EndpointConfig":{"Aliases":["a"]}}""").Body, StringComparison.Ordinal);
        slipd.Slip.Ok("volume", "create", "once");
        (int status, string body) = slipd.Send("POST", "/volumes/create", """{"Name":"once","Driver":"other"}""");
        Assert.Equal(409, status);
        Assert.Contains("must be unique", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("host")]
    [InlineData("bridge")]
    [InlineData("default")]
    public void Networks_FixedAddressWhereNobodyHasOne_IsRefused(string mode)
    {
        using Slipd slipd = Slipd.WithBusybox();
        string network = mode is "default" ? "bridge" : mode;
        (int status, string body) = slipd.Send("POST", "/containers/create?name=fixed", $$"""
            {"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"{{mode}}"},"NetworkingConfig":{"EndpointsConfig":{"{{network}}":{"IPAMConfig":{"IPv4Address":"172.28.99.88"} } } } }
            """);
        if (status is 201)
            (status, body) = slipd.Send("POST", "/containers/fixed/start", "");
        Assert.Equal(400, status);
        Assert.Contains("user specified IP address is supported on user defined networks only", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_MadeByAConfiguration()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/networks/create", """{"Name":"plan","ConfigOnly":true,"Options":{"com.docker.network.driver.mtu":"1233"},"IPAM":{"Config":[{"Subnet":"10.212.0.0/24"}]}}""").Status);
        Assert.Equal(403, slipd.Send("POST", "/networks/create", """{"Name":"made","ConfigFrom":{"Network":"plan"},"Labels":{"a":"b"}}""").Status);
        Assert.Equal(404, slipd.Send("POST", "/networks/create", """{"Name":"made","ConfigFrom":{"Network":"nothing"}}""").Status);
        Assert.Equal(201, slipd.Send("POST", "/networks/create", """{"Name":"made","ConfigFrom":{"Network":"plan"}}""").Status);
        string made = slipd.Send("GET", "/networks/made").Body;
        Assert.Contains("\"ConfigFrom\":{\"Network\":\"plan\"}", made, StringComparison.Ordinal);
        Assert.Contains("\"com.docker.network.driver.mtu\":\"1233\"", made, StringComparison.Ordinal);
        Assert.Contains("\"ConfigOnly\":true", slipd.Send("GET", "/networks/plan").Body, StringComparison.Ordinal);
        Assert.Equal(403, slipd.Send("DELETE", "/networks/plan").Status);
        Assert.Equal(204, slipd.Send("DELETE", "/networks/made").Status);
        Assert.Equal(204, slipd.Send("DELETE", "/networks/plan").Status);
    }

    [Fact]
    public void NameFiles_OfWhatHasEnded_AreCopied()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("run", "--name", "ended", "-h", "named", "busybox", "true");
        string to = Path.Combine(slipd.Slip.Scratch, "to");
        foreach (string name in (string[])["hostname", "hosts", "resolv.conf"])
        {
            Assert.Equal(200, slipd.Send("HEAD", "/containers/ended/archive?path=/etc/" + name).Status);
            slipd.Slip.Ok("cp", "ended:/etc/" + name, to);
        }
        slipd.Slip.Ok("cp", "ended:/etc/hostname", to);
        Assert.Equal("named\n", File.ReadAllText(to));
    }

    [Fact]
    public void Image_OfAnOldClient_HasTheSizeTwice()
    {
        using Slipd slipd = Slipd.WithBusybox();
        foreach (JsonNode image in (JsonNode[])[slipd.Get("/v1.43/images/busybox/json"), slipd.Get("/v1.43/images/json")[0]!])
            Assert.Equal((long)image["Size"]!, (long)image["VirtualSize"]!);
        Assert.Null(slipd.Get("/v1.44/images/busybox/json")["VirtualSize"]);
    }

    [Fact]
    public void Refusals_AreAsFromDockerd()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal((404, "No such container: nobody\r\n"), slipd.Send("POST", "/containers/nobody/attach"));
        JsonNode info = slipd.Get("/info");
        Assert.Equal("runc", (string?)info["DefaultRuntime"]);
        Assert.NotNull(info["Runtimes"]!["runc"]!["path"]);
        Assert.Contains("failed to initialize logging driver", Create("""{"LogConfig":{"Type":"splunk"}}"""), StringComparison.Ordinal);

        string Create(string host) => slipd.Send("POST", "/containers/create", $$"""{"Image":"busybox","HostConfig":{{host}}}""").Body;
    }

    [Fact]
    public void WorkingDirectory_IsThereBeforeTheStart()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("create", "--name", "new", "-w", "/home/foo/bar", "-v", "data:/data", "busybox", "true");
        Assert.Equal(200, slipd.Send("GET", "/containers/new/archive?path=/home/foo/bar").Status);
        slipd.Slip.Ok("create", "--name", "other", "-w", "/home/foo/bar", "busybox", "stat", "-c", "%a %u", ".");
        Assert.Contains("/home/foo/bar", slipd.Send("GET", "/containers/other/changes").Body, StringComparison.Ordinal);
        Assert.Equal("755 0", slipd.Slip.Ok("start", "-a", "other"));
    }

    [Fact]
    public void NameFiles_AreOverAVolumeOnEtc()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Contains("nameserver 127.0.0.1", slipd.Slip.Ok("run", "--dns", "127.0.0.1", "-v", "/etc", "busybox", "cat", "/etc/resolv.conf"), StringComparison.Ordinal);
        Assert.Equal("test123", slipd.Slip.Ok("run", "-h", "test123", "-v", "named:/etc", "busybox", "cat", "/etc/hostname"));
        // One that may not be written has what it has.
        Assert.NotEqual("test123", slipd.Slip.Ok("run", "-h", "test123", "-v", "named:/etc:ro", "busybox", "cat", "/etc/hostname"));
    }
}
