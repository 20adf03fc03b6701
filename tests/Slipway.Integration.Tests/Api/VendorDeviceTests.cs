using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Devices by the names that vendors gave them (the Container Device Interface), and GPUs by way of them: a real start with a real node, mount and hooks.</summary>
public sealed class VendorDeviceTests : IDisposable
{
    private readonly string _host = Directory.CreateTempSubdirectory("slipway-vendor-").FullName;

    private string Descriptions => Path.Combine(_host, "cdi");

    private string Seen => Path.Combine(_host, "seen");

    public void Dispose() => Directory.Delete(_host, recursive: true);

    [Fact]
    public void ADevice_ComesWithAllThatItNeeds()
    {
        using Slipd slipd = Described();
        const string Look = "echo $FOO; cat /vendor.txt; (echo x > /vendor.txt) 2>/dev/null || echo read-only; echo into > /dev/vendor0 && stat -c %a:%t:%T /dev/vendor0; cat /hooked; id -G";
        string Wanted(string gids) => $"injected\nfrom the host\nread-only\n660:1:3\nby a hook\n{gids}";
        Assert.Equal(Wanted("0 10 77"), slipd.DockerOk("run", "--name", "one", "--device", "vendor.example/net=one", "--group-add", "10", "-e", "FOO=own", "busybox", "sh", "-c", Look));
        JsonNode state = JsonNode.Parse(File.ReadAllText(Seen))!;
        Assert.Equal("creating", (string?)state["status"]);
        Assert.Equal((string?)slipd.Get("/containers/one/json")["Id"], (string?)state["id"]);
        Assert.Equal("""[{"Driver":"cdi","Count":0,"DeviceIDs":["vendor.example/net=one"],"Capabilities":null,"Options":null}]""", slipd.Get("/containers/one/json")["HostConfig"]!["DeviceRequests"]!.ToJsonString());
        // Started by slip, without the daemon, it is the same: where devices are described is the store's to say.
        Assert.Equal(Wanted("0 77"), slipd.Slip.Ok("run", "--rm", "--device", "vendor.example/net=one", "busybox", "sh", "-c", Look));
        // Those who didn't ask have none of it.
        Assert.Equal("", slipd.Slip.Ok("run", "--rm", "busybox", "sh", "-c", "echo $FOO; ls /dev/vendor0 /vendor.txt /hooked 2>/dev/null; true"));
    }

    [Fact]
    public void AHookThatFails_EndsTheStart()
    {
        using Slipd slipd = Described();
        Slip.Result failed = slipd.Docker("run", "--name", "fails", "--device", "vendor.example/net=fails", "busybox", "true");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("createContainer", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("created", slipd.DockerOk("inspect", "-f", "{{.State.Status}}", "fails"));
        slipd.DockerOk("rm", "fails");
    }

    [Fact]
    public void AStartHook_RunsInTheContainer()
    {
        using Slipd slipd = Described();
        Assert.Equal("inside", slipd.DockerOk("run", "--rm", "--device", "vendor.example/net=starts", "busybox", "cat", "/started"));
    }

    [Fact]
    public void Gpus_AreThoseThatTheirVendorDescribes()
    {
        using Slipd slipd = Described();
        string Gpus(params string[] flags) => slipd.DockerOk(["run", "--rm", .. flags, "busybox", "sh", "-c", "env | grep ^GPU_ | sort"]).ReplaceLineEndings(" ");
        Assert.Equal("GPU_ALL=1", Gpus("--gpus", "all"));
        Assert.Equal("GPU_0=1", Gpus("--gpus", "1"));
        Assert.Equal("GPU_0=1 GPU_1=1", Gpus("--gpus", "\"device=0,1\""));
        Assert.Equal("GPU_1=1", slipd.Slip.Ok("run", "--rm", "--gpus", "device=1", "busybox", "sh", "-c", "env | grep ^GPU_"));
        Assert.Contains("unresolvable CDI devices nvidia.com/gpu=2", slipd.Docker("run", "--rm", "--gpus", "2000000000", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Contains("could not select device driver \"amd\" with capabilities: [[gpu]]", slipd.Docker("run", "--rm", "--gpus", "driver=amd", "busybox", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_TellsWhereAndWhich()
    {
        using Slipd slipd = Described();
        JsonNode info = slipd.Get("/info");
        Assert.Equal(Descriptions, (string?)Assert.Single(info["CDISpecDirs"]!.AsArray()));
        Assert.Contains("""{"Source":"cdi","ID":"vendor.example/net=one"}""", info["DiscoveredDevices"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("unresolvable CDI devices vendor.example/net=none", slipd.Docker("run", "--rm", "--device", "vendor.example/net=none", "busybox", "true").Errors, StringComparison.Ordinal);
    }

    // A daemon whose host has devices of a vendor. Its hook of create leaves what it was told in a file.
    private Slipd Described()
    {
        Directory.CreateDirectory(Descriptions);
        File.WriteAllText(Path.Combine(_host, "vendor.txt"), "from the host\n");
        File.WriteAllText(Path.Combine(Descriptions, "net.yaml"), $$"""
            cdiVersion: 0.6.0
            kind: vendor.example/net
            devices:
            - name: one
              containerEdits:
                env: [FOO=injected]
                deviceNodes: [{path: /dev/vendor0, hostPath: /dev/null, fileMode: 0660}]
                mounts: [{hostPath: {{_host}}/vendor.txt, containerPath: /vendor.txt, options: [ro, nosuid, nodev, bind]}]
                hooks: [{hookName: createContainer, path: /bin/sh, args: [sh, -c, "cat > {{Seen}}; echo by a hook > hooked"]}]
                additionalGids: [77]
            - name: fails
              containerEdits: {hooks: [{hookName: createContainer, path: /bin/false}]}
            - name: starts
              containerEdits: {hooks: [{hookName: startContainer, path: /bin/sh, args: [sh, -c, "echo inside > /started"]}]}
            """);
        File.WriteAllText(Path.Combine(Descriptions, "gpu.json"), """
            {"cdiVersion":"0.5.0","kind":"nvidia.com/gpu","devices":[{"name":"0","containerEdits":{"env":["GPU_0=1"]}},{"name":"1","containerEdits":{"env":["GPU_1=1"]}},{"name":"all","containerEdits":{"env":["GPU_ALL=1"]}}]}
            """);
        return Slipd.WithBusybox("--cdi-spec-dir", Descriptions);
    }
}
