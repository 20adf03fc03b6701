using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Other clients than docker's own newest, doing what they are used for.</summary>
public sealed class ClientTests
{
    [Fact]
    public void DockerPy_ContainersFilesAndBuilds_WorkAsTheyAre()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string python = Needs.Program("python3");
        Assert.SkipUnless(slipd.Run([], python, "-c", "import docker").ExitCode == 0, "python3-docker is not installed");
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nARG X\nRUN echo $X > /x\nCMD [\"cat\",\"/x\"]\n");
        string script = slipd.Slip.Write("client.py", """
            import docker, io, tarfile
            c = docker.from_env()
            assert c.containers.run('busybox', 'echo hi', remove=True, network_mode='none') == b'hi\n'
            k = c.containers.run('busybox', 'sh -c "echo a; echo b >&2; sleep 60"', detach=True, name='py', labels={'x': 'y'}, network_mode='none', mem_limit='64m')
            assert [x.id for x in c.containers.list(filters={'label': 'x=y'})] == [k.id]
            assert k.attrs['HostConfig']['Memory'] == 64 << 20
            code, (out, err) = k.exec_run('sh -c "echo out; echo err >&2; exit 4"', demux=True)
            assert (code, out, err) == (4, b'out\n', b'err\n'), (code, out, err)
            while k.logs(stdout=True, stderr=False) != b'a\n': pass
            assert k.logs(stdout=False, stderr=True) == b'b\n'
            b = io.BytesIO(); t = tarfile.open(fileobj=b, mode='w'); i = tarfile.TarInfo('f'); i.size = 3; t.addfile(i, io.BytesIO(b'abc')); t.close()
            assert k.put_archive('/tmp', b.getvalue())
            bits, stat = k.get_archive('/tmp/f')
            assert stat['name'] == 'f' and stat['size'] == 3, stat
            assert tarfile.open(fileobj=io.BytesIO(b''.join(bits))).extractfile('f').read() == b'abc'
            assert k.stats(stream=False)['memory_stats']['usage'] > 0
            k.pause(); k.reload(); assert k.status == 'paused'; k.unpause()
            k.stop(timeout=0); assert k.wait()['StatusCode'] == 137; k.remove()
            image, logs = c.images.build(path='ctx', tag='built', buildargs={'X': '7'})
            assert image.tags == ['built:latest'], image.tags
            assert c.containers.run('built', remove=True, network_mode='none') == b'7\n'
            n = c.networks.create('pynet'); n.remove(); v = c.volumes.create('pyvol'); v.remove()
            try: c.containers.get('nosuch'); assert False
            except docker.errors.NotFound: pass
            """);
        Slip.Result result = slipd.Run([], python, script);
        Assert.True(result.ExitCode == 0, result.Errors + slipd.Log);
    }

    // docker-py is such a client: what came in one read with the head was lost to it.
    [Fact]
    public void Exec_ForAClientThatReadsTheHeadThroughABuffer_ComesApartFromIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = MakeExec(slipd);
        using Socket client = slipd.Connect();
        client.ReceiveTimeout = 30_000;
        client.Send(Encoding.ASCII.GetBytes($"POST /exec/{id}/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"));
        Thread.Sleep(300); // the process has ended long before
        byte[] head = new byte[4096];
        Assert.EndsWith("\r\n\r\n", Encoding.ASCII.GetString(head, 0, client.Receive(head)), StringComparison.Ordinal);
        using var rest = new MemoryStream();
        new NetworkStream(client).CopyTo(rest);
        Assert.Equal("\u0001\0\0\0\0\0\0\u0004out\n", Encoding.ASCII.GetString(rest.ToArray()));
    }

    [Fact]
    public void Exec_ForAClientThatDoesNotRead_EndsAllTheSame()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = MakeExec(slipd);
        using Socket client = slipd.Connect();
        client.Send(Encoding.ASCII.GetBytes($"POST /exec/{id}/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"));
        Assert.True(SpinWait.SpinUntil(() => slipd.Get($"/exec/{id}/json")["ExitCode"]?.GetValue<int>() == 0, TimeSpan.FromSeconds(60)), "it did not end");
    }

    // One that prints "out", not started yet.
    private static string MakeExec(Slipd slipd)
    {
        slipd.DockerOk("run", "-d", "--name", "cc", "--network", "none", "busybox", "sleep", "1000");
        return JsonNode.Parse(slipd.Send("POST", "/containers/cc/exec", """{"AttachStdout":true,"Cmd":["echo","out"]}""").Body)!["Id"]!.GetValue<string>();
    }

    [Fact]
    public void DebiansOldClient_RunsBuildsAndExecs()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker"), "docker.io is not installed");
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nCOPY f /f\nRUN cat /f > /g\n");
        slipd.Slip.Write("ctx/f", "content");
        Slip.Result built = slipd.Run([], "/usr/bin/docker", "build", "-t", "old", "ctx");
        Assert.True(built.ExitCode == 0, built.Output + built.Errors);
        Assert.Contains("Successfully tagged old:latest", built.Output, StringComparison.Ordinal);
        Assert.Equal("content", slipd.Run([], "/usr/bin/docker", "run", "--rm", "--network", "none", "old", "cat", "/g").Output);
    }

    // The client writes such a context anew and leaves out the archive's end; dev containers are built so.
    [Fact]
    public void Build_WithADockerfileFromElsewhere_Works()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/f", "content");
        string dockerfile = slipd.Slip.Write("elsewhere/Dockerfile", "FROM busybox\nCOPY f /g\n");
        slipd.DockerOk("build", "-q", "-t", "built", "-f", dockerfile, "ctx");
        Assert.Equal("content", slipd.DockerOk("run", "--rm", "--network", "none", "built", "cat", "/g"));
    }

    [Fact]
    public void Build_WithACacheFromElsewhere_SaysThatItIsNotUsed()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN true\n");
        Assert.Contains("[Warning] --cache-from registry.invalid/x is not used", slipd.DockerOk("build", "--cache-from", "registry.invalid/x", "ctx"), StringComparison.Ordinal);
        Assert.DoesNotContain("cache-from", slipd.DockerOk("build", "ctx"), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ThatFails_SaysWhere()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN exit 9\n");
        Slip.Result built = slipd.Docker("build", "ctx");
        // The classic builder's sentence, its code, and ours before it.
        Assert.Equal(9, built.ExitCode);
        Assert.Contains("The command '/bin/sh -c exit 9' returned a non-zero code: 9", built.Errors, StringComparison.Ordinal);
        Assert.Contains(">>> RUN exit 9", built.Output, StringComparison.Ordinal);
        Assert.Contains("slip enter --build", built.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ShowsErrorsInRed()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN echo out; echo err >&2\n");
        string output = slipd.DockerOk("build", "ctx");
        Assert.Contains("\e[91merr\n\e[0m", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[91mout", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_InANetwork_ReachesWhoIsInIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("network", "create", "back");
        slipd.DockerOk("run", "-d", "--network", "back", "--network-alias", "target.docker", "busybox", "sleep", "1000");
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN ping -c 1 target.docker\n");
        Assert.Contains("Successfully built", slipd.DockerOk("build", "--network", "back", "ctx"), StringComparison.Ordinal);
        Assert.Contains("network nosuch not found", slipd.Docker("build", "--network", "nosuch", "ctx").Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, slipd.Docker("build", "--network", "none", "--no-cache", "ctx").ExitCode);
        // A container's is another's too, while it runs.
        slipd.DockerOk("run", "-d", "--name", "served", "--network", "back", "busybox", "sh", "-c", "echo 7 > /x; nc -ll -p 1234 -e cat /x");
        slipd.Slip.Write("shared/Dockerfile", "FROM busybox\nRUN until nc 127.0.0.1 1234 < /dev/null | grep 7; do usleep 50000; done; grep 127.0.0.11 /etc/resolv.conf\n");
        slipd.DockerOk("build", "--network", "container:served", "shared");
        slipd.DockerOk("rm", "-f", "served");
        Assert.Contains("No such container: served", slipd.Docker("build", "--no-cache", "--network", "container:served", "shared").Errors, StringComparison.Ordinal);
        // Nothing of the step is left in it.
        Assert.Single(slipd.Get("/networks/back")["Containers"]!.AsObject());
    }

    [Fact]
    public void Build_WithImagesToTakeStepsFrom_TakesNoneWhereTheyAreNotHere()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN echo a > /a\n");
        slipd.DockerOk("build", "-t", "built", "ctx");
        Assert.Contains("Using cache", slipd.DockerOk("build", "--cache-from", "built", "ctx"), StringComparison.Ordinal);
        Assert.DoesNotContain("Using cache", slipd.DockerOk("build", "--cache-from", "nosuch", "ctx"), StringComparison.Ordinal);
    }
}
