using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: networks and links.</summary>
public sealed class DockerdNetworkTests
{
    [Fact]
    public void Links_AreNamesOfTheOther()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "first", "busybox", "sleep", "600");
        slipd.DockerOk("run", "-d", "--name", "second", "--link", "first:alias", "busybox", "sleep", "600");
        JsonNode listed = slipd.Get("/containers/json?filters={\"name\":[\"first\"]}")[0]!;
        Assert.Equal(["/first", "/second/alias"], listed["Names"]!.AsArray().Select(n => (string)n!));
        Assert.Equal("/first:/second/alias", (string)slipd.Get("/containers/second/json")["HostConfig"]!["Links"]![0]!);
        Assert.Equal("/first", (string)slipd.Get("/containers/second/alias/json")["Name"]!);
        Assert.Equal(404, slipd.Send("GET", "/containers/second/other/json").Status);
        Assert.Equal(404, slipd.Send("DELETE", "/containers/second/other?link=1").Status);
        Assert.Equal(204, slipd.Send("DELETE", "/containers/second/alias?link=1").Status);
        Assert.Equal("/first", (string)Assert.Single(slipd.Get("/containers/json?filters={\"name\":[\"first\"]}")[0]!["Names"]!.AsArray())!);
        slipd.DockerOk("rm", "-f", "first", "second");
    }

    [Fact]
    public void Network_ByAWholeId_IsThatNetworkWhateverNamesThereAre()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = slipd.DockerOk("network", "create", "net");
        slipd.DockerOk("network", "create", id);
        slipd.DockerOk("network", "create", id[..12]);
        Assert.Equal("net", (string)slipd.Get("/networks/" + id)["Name"]!);
        Assert.Equal(id[..12], (string)slipd.Get("/networks/" + id[..12])["Name"]!);
        slipd.DockerOk("network", "rm", id[..12], id, id);
        Assert.Equal(403, slipd.Send("POST", "/networks/create", """{"Name":"a","IPAM":{"Config":[{"Subnet":"172.29.0.0/16"}]},"Options":{"note":"kept"}}""").Status is 201 ? slipd.Send("POST", "/networks/create", """{"Name":"b","IPAM":{"Config":[{"Subnet":"172.29.0.0/24"}]}}""").Status : 0);
        Assert.Equal("kept", (string)slipd.Get("/networks/a")["Options"]!["note"]!);
        Assert.Equal(501, slipd.Send("POST", "/networks/create", """{"Name":"c","Options":{"com.docker.network.nosuch":"1"}}""").Status);
    }

    [Fact]
    public void Network_OfAContainerWithTheHosts_IsTheHosts()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "outer", "--net", "host", "busybox", "sleep", "600");
        string host = slipd.DockerOk("exec", "outer", "readlink", "/proc/self/ns/net");
        Assert.Equal(host, slipd.DockerOk("run", "--rm", "--net", "container:outer", "busybox", "readlink", "/proc/self/ns/net"));
        Assert.NotEqual(host, slipd.DockerOk("run", "--rm", "busybox", "readlink", "/proc/self/ns/net"));
        slipd.DockerOk("rm", "-f", "outer");
    }

    [Fact]
    public void Links_OfWhatHasAnothersNetwork_LeadThere()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "owner", "busybox", "sleep", "600");
        slipd.DockerOk("run", "-d", "--name", "guest", "--net", "container:owner", "busybox", "sleep", "600");
        string address = slipd.DockerOk("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "owner");
        Assert.Contains($"{address}\tname {slipd.DockerOk("inspect", "-f", "{{.Id}}", "guest")[..12]} guest\n", slipd.DockerOk("run", "--rm", "--link", "guest:name", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        slipd.DockerOk("run", "-d", "--name", "second", "--net", "container:guest", "busybox", "sleep", "600");
        Assert.Contains($"{address}\tfar {slipd.DockerOk("inspect", "-f", "{{.Id}}", "second")[..12]} second\n", slipd.DockerOk("run", "--rm", "--link", "second:far", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        slipd.DockerOk("rm", "-f", "second", "guest", "owner");
        // One with a host name of its own has that instead of its number.
        slipd.DockerOk("run", "-d", "--name", "called", "--hostname", "fred", "busybox", "sleep", "600");
        Assert.Contains("\tname fred called\n", slipd.DockerOk("run", "--rm", "--link", "called:name", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        slipd.DockerOk("rm", "-f", "called");
    }
}
