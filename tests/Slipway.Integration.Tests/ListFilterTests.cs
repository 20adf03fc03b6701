using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>docker's filters and formats of ps, volume ls, images and history.</summary>
public sealed class ListFilterTests
{
    [Fact]
    public void Ps_EveryFilter()
    {
        using Slip slip = Slip.WithBusybox();
        // Labels only: its layers are busybox's.
        slip.Write("Dockerfile", "FROM busybox\nLABEL from=image\n");
        slip.Ok("build", "-q", "-t", "labelled", slip.Scratch);
        slip.Write("Dockerfile", "FROM labelled\nEXPOSE 80 53/udp\nRUN echo > /x\n");
        slip.Ok("build", "-q", "-t", "child", slip.Scratch);
        slip.Ok("create", "--name", "one", "--label", "tier=front", "busybox", "true");
        slip.Run("run", "--name", "two", "-v", "data:/data", "child", "sh", "-c", "exit 7");
        slip.Ok("run", "-d", "--name", "three", "--network", "host", "child", "sleep", "1000");
        string id = slip.Ok("inspect", "-f", "{{.Id}}", "two");

        foreach ((string filters, string expected) in (ReadOnlySpan<(string, string)>)
        [
            ("name=o", "two one"), ("name=^/two$", "two"), ("name=^o", "one"), ("name=two name=three", "three two"), ($"id={id[..6]}", "two"), ("label=tier", "one"), ("label=tier=front", "one"), ("label=from=image", "three two"),
            ("status=created", "one"), ("status=exited", "two"), ("status=running", "three"), ("status=created status=exited", "two one"), ("exited=7", "two"), ("exited=0", ""),
            ("ancestor=busybox", "three two one"), ("ancestor=child", "three two"), ("ancestor=labelled", "three two"), ("ancestor=nope", ""), ("before=two", "one"), ("since=two", "three"), ("volume=data", "two"), ("volume=/data", "two"), ("volume=/dat", ""),
            ("network=host", "three"), ("expose=80", "three two"), ("expose=50-60/udp", "three two"), ("expose=81", ""), ("publish=80", ""), ("health=none", "three two one"), ("health=healthy", ""),
            ("status=exited name=one", ""),
        ])
        {
            string[] args = ["ps", "-a", "--format", "{{.Names}}", .. filters.Split(' ').SelectMany(f => (string[])["-f", f])];
            Assert.True(expected.Replace(' ', '\n') == slip.Ok(args), $"{filters}: {slip.Ok(args)}");
        }
        // Without -a only what runs, unless it is asked for by its state.
        Assert.Equal("three", slip.Ok("ps", "--format", "{{.Names}}"));
        Assert.Equal("one", slip.Ok("ps", "--filter", "status=created", "--format", "{{.Names}}"));
        Assert.Equal("", slip.Ok("ps", "--filter", "exited=7", "--format", "{{.Names}}"));
        Assert.Equal("three\ntwo", slip.Ok("ps", "-n", "2", "--format", "{{.Names}}"));
        Assert.Equal("two", slip.Ok("ps", "-n", "1", "-f", "name=two", "--format", "{{.Names}}"));
        Assert.Equal("three", slip.Ok("ps", "-l", "--format", "{{.Names}}"));
        Assert.Equal("three", slip.Ok("ps", "-n", "-1", "--format", "{{.Names}}"));
    }

    [Theory]
    [InlineData("status=bogus", "invalid filter 'status=bogus'")]
    [InlineData("health=bogus", "invalid filter 'health=bogus'")]
    [InlineData("exited=zero", "invalid filter 'exited=zero'")]
    [InlineData("nope=1", "invalid filter 'nope'")]
    [InlineData("before=nope", "No such container: nope")]
    [InlineData("name=(", "invalid filter '('")]
    [InlineData("expose=http", "invalid filter 'expose=http'")]
    public void Ps_WrongFilter_SaysWhatIsWrong(string filter, string expected)
    {
        Needs.Executables();
        using var slip = new Slip();
        Slip.Result result = slip.Run("ps", "--filter", filter);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Ps_ImageWhoseNameHasMovedOn_IsShownByItsId()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("images", "-q");
        slip.Ok("create", "busybox", "true");
        Assert.Equal("busybox", slip.Ok("ps", "-a", "--format", "{{.Image}}"));
        slip.Ok("import", "-m", "another", BusyboxTar.Path, "busybox");
        Assert.Equal(id, slip.Ok("ps", "-a", "--format", "{{.Image}}"));
    }

    [Fact]
    public void VolumeLs_Filters()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("volume", "create", "--label", "tier=db", "data");
        slip.Ok("volume", "create", "idle");
        slip.Ok("create", "-v", "data:/data", "busybox", "true");
        Assert.Equal("idle", slip.Ok("volume", "ls", "-q", "--filter", "dangling=true"));
        Assert.Equal("data", slip.Ok("volume", "ls", "-q", "--filter", "dangling=false"));
        Assert.Equal("data", slip.Ok("volume", "ls", "-q", "-f", "label=tier=db"));
        Assert.Equal("data\nidle", slip.Ok("volume", "ls", "-q", "-f", "name=a", "-f", "name=^i", "-f", "driver=local"));
        Assert.Equal("", slip.Ok("volume", "ls", "-q", "-f", "driver=nfs"));
        Assert.Contains("invalid filter 'dangling=maybe'", slip.Run("volume", "ls", "-f", "dangling=maybe").Errors, StringComparison.Ordinal);
        Assert.Contains("invalid filter 'nope'", slip.Run("volume", "ls", "-f", "nope=1").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_NoneAndPatterns_AreDockers()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("tag", "busybox", "team/app:1");
        slip.Ok("tag", "busybox", "team/app:2");
        slip.Ok("import", "-m", "another", BusyboxTar.Path, "busybox");
        string[] Names(params string[] args) => slip.Ok(["images", "--format", "{{.Repository}}:{{.Tag}}", .. args]).Split('\n');
        Assert.Equal(["busybox:latest", "team/app:1", "team/app:2"], Names());
        Assert.Equal(["team/app:1", "team/app:2"], Names("team/app"));
        Assert.Equal(["team/app:2"], Names("team/a*:2"));
        Assert.Equal(["busybox:latest"], Names("b*"));
        Assert.Equal([""], Names("app"));
        slip.Ok("untag", "team/app:1");
        Assert.Equal(["busybox:latest", "<none>:<none>"], Names());
        Assert.Equal(["<none>:<none>"], Names("-f", "dangling=true"));
        Assert.Equal(["busybox:latest"], Names("-f", "dangling=false"));
        Assert.Equal(["REPOSITORY   TAG       DIGEST    IMAGE ID       CREATED", "busybox      latest    <none>    "], slip.Ok("images", "--digests").Split('\n')[..2].Select((l, i) => l[..(i == 0 ? 55 : 33)]));
        Assert.All(slip.Ok("images", "-q", "--no-trunc").Split('\n'), line => Assert.StartsWith("sha256:", line, StringComparison.Ordinal));
    }

    [Fact]
    public void History_Formats_AreDockers()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nRUN echo a > /a\nCMD [\"sh\"]\n");
        slip.Ok("build", "-q", "-t", "app", slip.Scratch);
        string id = slip.Ok("images", "-q", "app");
        Assert.Equal($"{id}\n<missing>\n<missing>", slip.Ok("history", "-q", "app"));
        Assert.Equal($"IMAGE          SIZE\n{id}   0B", string.Join('\n', slip.Ok("history", "--format", @"table {{.ID}}\t{{.Size}}", "app").Split('\n')[..2]));
        string[] exact = slip.Ok("history", "-H=false", "app").Split('\n');
        Assert.StartsWith("IMAGE          CREATED AT             CREATED BY", exact[0], StringComparison.Ordinal);
        Assert.Matches(@"^<missing> +[0-9-]{10}T[0-9:]{8}Z .* [0-9]+ +Imported from ", exact[^1]);
        Assert.Contains("\"CreatedBy\":", slip.Ok("history", "--format", "json", "app").Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains($"sha256:{id}", slip.Ok("history", "--no-trunc", "app"), StringComparison.Ordinal);
        Assert.Equal("RUN /bin/sh -c echo a > /a", slip.Ok("history", "--format", "{{.CreatedBy}}", "app").Split('\n')[1].Split('#')[0].Trim());
    }
}
