using System.Formats.Tar;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class ExportImportTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Export_IsTheMergedFileSystemWithoutVolumes(bool running)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "web", "-v", "data:/data", "busybox", "sh", "-c", "echo new > /new; rm /etc/group; echo hidden > /data/file; ln /new /linked; sleep 1000");
        while (slip.Run("exec", "web", "test", "-e", "/linked").ExitCode != 0)
        {
        }
        if (!running)
            slip.Ok("stop", "-t", "0", "web");
        string tar = Path.Combine(slip.Scratch, "web.tar");

        slip.Ok("export", "-o", tar, "web");

        Dictionary<string, TarEntryType> entries = Read(tar);
        Assert.Contains("etc/passwd", entries.Keys);
        Assert.Contains("bin/busybox", entries.Keys);
        Assert.DoesNotContain("etc/group", entries.Keys);
        Assert.DoesNotContain("data/file", entries.Keys);
        Assert.DoesNotContain(entries.Keys, k => k.StartsWith("proc/", StringComparison.Ordinal) && k != "proc/");
        Assert.Equal([TarEntryType.HardLink, TarEntryType.RegularFile], new[] { entries["linked"], entries["new"] }.OrderByDescending(t => t == TarEntryType.HardLink));
        if (running)
            Assert.Equal("still", slip.Ok("exec", "web", "echo", "still"));
    }

    [Fact]
    public void Import_OfAnExport_HasItsConfiguration()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "web", "busybox", "sh", "-c", "echo new > /new");
        string tar = Path.Combine(slip.Scratch, "web.tar");
        slip.Ok("export", "--output", tar, "web");
        Slip.Result imported = slip.RunWithInput(File.ReadAllBytes(tar), "import", "-c", "CMD [\"cat\", \"/new\"]", "-c", "ENV A=1 B=\"two words\"", "--change", "LABEL k=v", "-c", "EXPOSE 80",
            "-c", "WORKDIR /etc", "-c", "USER 1000", "-m", "flat", "-", "flat:1");
        Assert.True(imported.ExitCode == 0, imported.Errors);
        Assert.Equal("new", slip.Ok("run", "--rm", "flat:1"));
        Assert.Equal("1000 two words /etc", slip.Ok("run", "--rm", "flat:1", "sh", "-c", "echo $(id -u) $B $(pwd)"));
        Assert.Equal("map[80/tcp:map[]] map[k:v] [A=1 B=two words]", slip.Ok("image", "inspect", "-f", "{{.Config.ExposedPorts}} {{.Config.Labels}} {{.Config.Env}}", "flat:1"));
        Assert.Contains("flat", slip.Ok("history", "flat:1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN true", "run is not a valid change command")]
    [InlineData("FROM scratch", "from is not a valid change command")]
    [InlineData("CMD true\nRUN true", "run is not a valid change command")]
    [InlineData("EXPOSE many", "invalid containerPort")]
    public void Import_WrongChange_IsRefusedBeforeTheTarIsRead(string change, string why)
    {
        Needs.Containers();
        using var slip = new Slip();
        Slip.Result result = slip.Run("import", "-c", change, BusyboxTar.Path, "x");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(why, result.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", slip.Ok("images", "-q"));
    }

    [Fact]
    public void Import_Platform_IsKept()
    {
        Needs.Containers();
        using var slip = new Slip();
        slip.Ok("import", "--platform", "linux/arm64/v8", BusyboxTar.Path, "arm");
        Assert.Equal("linux arm64", slip.Ok("image", "inspect", "-f", "{{.Os}} {{.Architecture}}", "arm"));
    }

    [Fact]
    public void Import_FromAServer_FollowsRedirectsAndHasNoCredentials()
    {
        Needs.Containers();
        using var slip = new Slip();
        byte[] tar = File.ReadAllBytes(BusyboxTar.Path);
        using var server = new ScriptedRegistry(r => r.Path == "/a.tar" ? ScriptedResponse.Of(302, ("Location", "/b.tar")) : new ScriptedResponse(200, tar));
        slip.Ok("import", $"{server.Address}/a.tar", "web");
        Assert.Equal("hello", slip.Ok("run", "--rm", "web", "echo", "hello"));
        Assert.All(server.Requests, r => Assert.Null(r["authorization"]));
        Assert.Contains($"Imported from {server.Address}/a.tar", slip.Ok("history", "--no-trunc", "web"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "the server answers 404")]
    [InlineData("loop", "the server answers 302")]
    [InlineData("cut", "fetch '")]
    [InlineData("html", "archive")]
    public void Import_ServerThatFails_SaysSoAndLeavesNothing(string how, string why)
    {
        Needs.Containers();
        using var slip = new Slip();
        byte[] tar = File.ReadAllBytes(BusyboxTar.Path);
        using var server = new ScriptedRegistry(_ => how switch
        {
            "loop" => ScriptedResponse.Of(302, ("Location", "/x")),
            "cut" => new ScriptedResponse(200, tar) { CutAfter = tar.Length / 2 },
            "html" => new ScriptedResponse(200, "<html>not a tar</html>"u8.ToArray()),
            _ => ScriptedResponse.Of(404),
        });
        Slip.Result result = slip.Run("import", $"{server.Address}/x", "web");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(why, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("images", "-q"));
        Faults.StoreCheck.NothingInTheMaking(slip, "import");
    }

    private static Dictionary<string, TarEntryType> Read(string path)
    {
        var entries = new Dictionary<string, TarEntryType>();
        using var reader = new TarReader(File.OpenRead(path));
        while (reader.GetNextEntry() is { } entry)
            entries[entry.Name.TrimStart('.').TrimStart('/')] = entry.EntryType;
        return entries;
    }
}
