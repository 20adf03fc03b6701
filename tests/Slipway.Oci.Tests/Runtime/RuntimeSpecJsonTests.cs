using System.Text;
using Slipway.Oci.Runtime;
using Slipway.Tests;
using Xunit;

namespace Slipway.Oci.Tests.Runtime;

public class RuntimeSpecJsonTests
{
    [Fact]
    public void Read_Everything_IsKept()
    {
        string compact = string.Concat(FullSpec.Json.Split('\n').Select(line => line.Trim()));
        Assert.Equal(compact, Encoding.UTF8.GetString(RuntimeSpecJson.Write(Read(FullSpec.Json))));
    }

    [Fact]
    public void Write_AnySpec_ReadsBackTheSame()
    {
        var random = new RandomRecord(seed: 1);
        for (int round = 0; round < 500; round++)
        {
            RuntimeSpec spec = random.Make<RuntimeSpec>();
            Assert.Null(RandomRecord.Difference(spec, RuntimeSpecJson.Read(RuntimeSpecJson.Write(spec), "it")));
        }
    }

    [Fact]
    public void Read_WhatTheSchemaLetsBeMissing_HasGosDefault()
    {
        ProcessSpec process = Read("""{"ociVersion":"1.0.0","process":{"cwd":"/","user":null}}""").Process!;
        Assert.Empty(process.Args);
        Assert.Equal(new UserSpec { Uid = 0, Gid = 0 }, process.User);
        Assert.Null(Read("""{"ociVersion":"1.0.0","linux":{"resources":{"pids":{}}}}""").Linux!.Resources!.Pids);
    }

    [Fact]
    public void Read_WhatIsForOthers_IsIgnored() =>
        Assert.Equal(
            new RuntimeSpec { OciVersion = "1.0.0" },
            Read("""{"ociVersion":"1.0.0","windows":{"layerFolders":[7]},"vm":{},"x":[[[]]],"Process":7,"hooks":null,"mounts":null,"linux":null}"""));

    [Theory]
    [InlineData("""{}""", "ociVersion: it is missing")]
    [InlineData("""{"ociVersion":null}""", "ociVersion: it is missing")]
    [InlineData("""{"ociVersion":"1.0.0","process":{"cwd":"/","user":{"uid":"abc"}}}""", "process.user.uid: expected a number from 0 to 4294967295, got \"abc\"")]
    [InlineData("""{"ociVersion":"1.0.0","process":{"args":[]}}""", "process.cwd: it is missing")]
    [InlineData("""{"ociVersion":"1.0.0","mounts":[{"destination":"/a"},{"source":"b"}]}""", "mounts[1].destination: it is missing")]
    [InlineData("""{"ociVersion":"1.0.0","mounts":[{"destination":"/a","options":["a",7]}]}""", "mounts[0].options[1]: expected a string, got 7")]
    [InlineData("""{"ociVersion":"1.0.0","root":{"path":"a\u0000b"}}""", "root.path: it has a NUL character")]
    [InlineData("""{"ociVersion":"1.0.0","linux":{"sysctl":{"net.core.x":1}}}""", "linux.sysctl[\"net.core.x\"]: expected a string, got 1")]
    [InlineData("""{"ociVersion":"1.0.0","linux":{"netDevices":{"eth0":null}}}""", "linux.netDevices.eth0: it is null")]
    [InlineData("""{"ociVersion":"1.0.0","linux":{"seccomp":{"defaultAction":"a","syscalls":[{"names":["x"],"action":"y","args":[{"index":0,"op":"z"}]}]}}}""", "linux.seccomp.syscalls[0].args[0].value: it is missing")]
    public void Read_Faulty_SaysWhereAndWhy(string json, string message) =>
        Assert.Equal("read 'config.json': " + message, Assert.Throws<SlipwayException>(() => Read(json)).Message);

    [Fact]
    public void State_Documents_HaveTheSpecsNames()
    {
        var state = new OciState { OciVersion = "1.2.0", Id = "c", Status = "running", Pid = 7, Bundle = "/b", Annotations = new Dictionary<string, string> { ["k"] = "v" } };
        Assert.Equal(
            """{"ociVersion":"1.2.0","id":"c","status":"running","pid":7,"bundle":"/b","annotations":{"k":"v"}}""",
            Encoding.UTF8.GetString(OciStateJson.Write(state)));
        var agent = new ContainerProcessState { OciVersion = "1.2.0", Fds = ["seccompFd"], Pid = 8, Metadata = "m", State = state with { Annotations = null } };
        Assert.Equal(
            """{"ociVersion":"1.2.0","fds":["seccompFd"],"pid":8,"metadata":"m","state":{"ociVersion":"1.2.0","id":"c","status":"running","pid":7,"bundle":"/b"}}""",
            Encoding.UTF8.GetString(OciStateJson.Write(agent)));
    }

    private static RuntimeSpec Read(string json) => RuntimeSpecJson.Read(Encoding.UTF8.GetBytes(json), "'config.json'");
}
