using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What a client gives is refused where dockerd refuses it, else kept and told again.</summary>
public sealed class ToldAgainTests
{
    private const string Ok = """{"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"none"}}""";

    [Theory]
    [InlineData("""{"Image":"busybox","MacAddress":"02:42:zz"}""", "invalid MAC address 02:42:zz")]
    [InlineData("""{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"1"}}}}""", "invalid config for network bridge: invalid MAC address 1")]
    [InlineData("""{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"some":null}}}""", "invalid config for network some: EndpointsConfig is nil")]
    [InlineData("""{"Image":"busybox","WorkingDir":"here"}""", "the working directory 'here' is invalid, it needs to be an absolute path")]
    public void Create_OfWhatCantBe_IsRefused(string body, string words)
    {
        using Slipd slipd = Slipd.WithBusybox();
        (int status, string answer) = slipd.Send("POST", "/containers/create", body);
        Assert.Equal(400, status);
        Assert.Contains(words, (string)JsonNode.Parse(answer)!["message"]!, StringComparison.Ordinal);
        Assert.Empty(slipd.Get("/containers/json?all=1").AsArray());
    }

    [Fact]
    public void Create_WithTheirOpposite_Works()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=box",
            """{"Image":"busybox","Cmd":["true"],"WorkingDir":"/a//b/../c/","NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"02:42:ac:11:00:09"}}}}""").Status);
        JsonNode container = slipd.Get("/containers/box/json");
        Assert.Equal(("/a/c", "02:42:ac:11:00:09"), ((string?)container["Config"]!["WorkingDir"], (string?)container["NetworkSettings"]!["Networks"]!["bridge"]!["MacAddress"]));
    }

    [Fact]
    public void NetworkCreate_OfASubnetWithHostBits_IsToldWhichItIs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        (int status, string answer) = slipd.Send("POST", "/networks/create", """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.231.2.3/16"}]}}""");
        Assert.Equal((400, "invalid network config:\ninvalid subnet 10.231.2.3/16: it should be 10.231.0.0/16"), (status, (string?)JsonNode.Parse(answer)!["message"]));
        (status, answer) = slipd.Send("POST", "/networks/create", """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.231.0.0/16","IPRange":"10.231.7.1/24"}]}}""");
        Assert.Equal(400, status);
        Assert.Contains("invalid ip-range 10.231.7.1/24: it should be 10.231.7.0/24", answer, StringComparison.Ordinal);
        Assert.Equal(201, slipd.Send("POST", "/networks/create", """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.231.0.0/16","IPRange":"10.231.7.0/24"}]}}""").Status);
        Assert.Equal(204, slipd.Send("DELETE", "/networks/n").Status);
    }

    [Fact]
    public void Start_WithABody_IsRefused()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=box", Ok).Status);
        (int status, string answer) = slipd.Send("POST", "/containers/box/start", """{"Binds":["/tmp:/tmp"]}""");
        Assert.Equal(400, status);
        Assert.Contains("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24", answer, StringComparison.Ordinal);
        Assert.Equal("created", (string?)slipd.Get("/containers/box/json")["State"]!["Status"]);
        // As Go's clients say nothing.
        Assert.Equal(204, slipd.Send("POST", "/containers/box/start", "{}").Status);
    }

    [Fact]
    public void Inspect_HasWhatTheClientGave()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=box", """
            {"Image":"busybox","Cmd":["ls","/sys/class/net"],"Shell":["/bin/ash","-c"],"OnBuild":["RUN true"],"NetworkDisabled":true,
            "HostConfig":{"ConsoleSize":[21,77],"ContainerIDFile":"/run/c.cid","Mounts":[{"Type":"volume","Source":"data","Target":"/data","Consistency":"cached"}]}}
            """).Status);
        JsonNode container = slipd.Get("/containers/box/json"), config = container["Config"]!, host = container["HostConfig"]!;
        Assert.Equal("""["/bin/ash","-c"]["RUN true"]""", config["Shell"]!.ToJsonString() + config["OnBuild"]!.ToJsonString());
        Assert.True((bool)config["NetworkDisabled"]!);
        Assert.Equal(("[21,77]", "/run/c.cid", "cached"), (host["ConsoleSize"]!.ToJsonString(), (string?)host["ContainerIDFile"], (string?)host["Mounts"]![0]!["Consistency"]));
        Assert.Equal("lo", slipd.DockerOk("start", "-a", "box").Trim());
        slipd.DockerOk("commit", "box", "made");
        JsonNode made = slipd.Get("/images/made/json")["Config"]!;
        Assert.Equal("""["/bin/ash","-c"]["RUN true"]""", made["Shell"]!.ToJsonString() + made["OnBuild"]!.ToJsonString());
        // Who gave nothing is told nothing.
        Assert.Equal(201, slipd.Send("POST", "/v1.41/containers/create?name=plain", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"ConsoleSize":[21,77]}}""").Status);
        JsonObject plain = slipd.Get("/containers/plain/json")["Config"]!.AsObject();
        Assert.False(plain.ContainsKey("Shell") || plain.ContainsKey("NetworkDisabled"));
        Assert.Null(plain["OnBuild"]);
        Assert.Equal("[0,0]", slipd.Get("/containers/plain/json")["HostConfig"]!["ConsoleSize"]!.ToJsonString());
    }
}
