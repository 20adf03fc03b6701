using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: a container's files and volumes.</summary>
public sealed class DockerdFileTests
{
    [Fact]
    public void Archive_OfTheRootAndOfContents_HasDockerdsNames()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "files", "busybox", "true");
        Assert.Equal(200, slipd.Send("PUT", "/containers/files/archive?path=/", "").Status);
        Assert.Equal(["/", "/bin/"], NamesIn(slipd, "/").Take(2));
        Assert.Equal(["./", "./passwd"], NamesIn(slipd, "/etc/.").Where(n => n is "./" or "./passwd"));
        Assert.Contains("etc/passwd", NamesIn(slipd, "/etc/"));
        Assert.Contains("not a directory", slipd.Send("GET", "/containers/files/archive?path=/etc/passwd/").Body, StringComparison.Ordinal);
        (int status, string body) = slipd.Send("PUT", "/containers/files/archive?path=/nosuch", "");
        Assert.Equal(404, status);
        Assert.Contains("Could not find the file /nosuch in container files", body, StringComparison.Ordinal);
        Assert.Contains("not a directory", slipd.Send("PUT", "/containers/files/archive?path=/etc/passwd/", "").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfARunningContainer_IsItsOwnMountWithoutVolumes()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "out", "-v", "data:/data", "busybox", "sh", "-c", "echo kept >/kept; rm /etc/passwd; echo hidden >/data/hidden; touch /ready; sleep 600");
        Waiting.Until(() => slipd.Docker("exec", "out", "test", "-e", "/ready").ExitCode == 0);
        byte[] tar = await slipd.Http.GetByteArrayAsync("/containers/out/export", TestContext.Current.CancellationToken);
        HashSet<string> names = [.. Names(new MemoryStream(tar))];
        Assert.Contains("kept", names);
        Assert.Contains("data/", names);
        Assert.DoesNotContain("data/hidden", names);
        Assert.DoesNotContain("etc/passwd", names);
        slipd.DockerOk("rm", "-f", "out");
    }

    [Fact]
    public void VolumesFrom_SeveralWithOnePlace_TheLastCounts()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "data1", "-v", "one:/data", "busybox", "true");
        slipd.DockerOk("create", "--name", "data2", "-v", "two:/data", "busybox", "true");
        slipd.DockerOk("create", "--name", "app", "--volumes-from", "data1", "--volumes-from", "data2", "busybox", "true");
        Assert.Equal("two", slipd.DockerOk("inspect", "-f", "{{range .Mounts}}{{.Name}}{{end}}", "app"));
    }

    [Fact]
    public void AnonymousVolumes_HaveDockersLabel_AndAreThoseThatArePruned()
    {
        using Slipd slipd = Slipd.WithBusybox();
        const string Label = "com.docker.volume.anonymous";
        slipd.DockerOk("create", "--name", "box", "-v", "/data", "busybox", "true");
        string inBox = slipd.DockerOk("inspect", "-f", "{{(index .Mounts 0).Name}}", "box");
        JsonNode made = JsonNode.Parse(slipd.Send("POST", "/volumes/create", """{"Labels":{"a":"b"}}""").Body)!;
        Assert.Equal($$"""{"a":"b","{{Label}}":""}""", made["Labels"]!.ToJsonString());
        slipd.DockerOk("volume", "create", "named");
        Assert.Equal("", (string?)slipd.Get($"/volumes/{inBox}")["Labels"]![Label]);
        Assert.Null(slipd.Get("/volumes/named")["Labels"]);
        string[] found = slipd.DockerOk("volume", "ls", "-q", "--filter", "label=" + Label).Split('\n');
        Assert.Equal(((string[])[inBox, (string)made["Name"]!]).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal([(string)made["Name"]!], JsonNode.Parse(slipd.Send("POST", "/volumes/prune").Body)!["VolumesDeleted"]!.AsArray().Select(v => (string)v!));
        Assert.Equal(["named", inBox], slipd.DockerOk("volume", "ls", "-q").Split('\n').OrderBy(v => v != "named"));
    }

    [Fact]
    public void VolumesFrom_TakesThePlaceOfAnAnonymousVolume()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "--name", "parent", "-v", "/test", "busybox", "touch", "/test/foo");
        Assert.Equal("/test/foo", slipd.DockerOk("run", "--rm", "--volumes-from", "parent", "-v", "/test", "busybox", "ls", "/test/foo"));
        // One with a name was chosen.
        Assert.NotEqual(0, slipd.Docker("run", "--rm", "--volumes-from", "parent", "-v", "mine:/test", "busybox", "ls", "/test/foo").ExitCode);
    }

    [Fact]
    public void Copy_IntoWhatIsReadOnly_IsRefusedAlsoBeforeItRuns()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "kept", "--read-only", "-v", "data:/data", "-v", "fixed:/fixed:ro", "busybox", "true");
        Assert.Contains("container rootfs is marked read-only", slipd.Send("PUT", "/containers/kept/archive?path=/", "").Body, StringComparison.Ordinal);
        Assert.Contains("mounted volume is marked read-only", slipd.Send("PUT", "/containers/kept/archive?path=/fixed", "").Body, StringComparison.Ordinal);
        Assert.Equal(200, slipd.Send("PUT", "/containers/kept/archive?path=/data", "").Status);
    }

    private static List<string> NamesIn(Slipd slipd, string path) =>
        Names(slipd.Http.GetStreamAsync("/containers/files/archive?path=" + Uri.EscapeDataString(path)).GetAwaiter().GetResult());

    private static List<string> Names(Stream tar)
    {
        List<string> names = [];
        using var reader = new System.Formats.Tar.TarReader(tar);
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name);
        return names;
    }
}
