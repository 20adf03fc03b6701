using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>The formats and filters of lists, which scripts written for docker rely on.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Ps_Formats_AreDockers()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("create", "--name", "web", "--label", "tier=front", "-v", "data:/data", "busybox", "sleep", "5");

        Assert.Equal($"{id[..12]}: web Created front", slip.Ok("ps", "-a", "--format", "{{.ID}}: {{.Names}} {{.Status}} {{.Label \"tier\"}}"));
        Assert.Equal("NAMES     STATE     tier\nweb       created   front", slip.Ok("ps", "-a", "--format", @"table {{.Names}}\t{{.State}}\t{{.Label ""tier""}}"));
        JsonNode json = JsonNode.Parse(slip.Ok("ps", "-a", "--format", "json"))!;
        Assert.Equal(("web", "created", "data", "tier=front"), ((string)json["Names"]!, (string)json["State"]!, (string)json["Mounts"]!, (string)json["Labels"]!));
        Assert.StartsWith("CONTAINER ID   IMAGE     COMMAND     CREATED", slip.Ok("ps", "-a", "--format", "table"), StringComparison.Ordinal);
    }

    [Fact]
    public void Ps_Command_HasDockersQuotes_AndJsonNoFieldOfOurs()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "busybox", "sh", "-c", "echo a b", "word");
        Assert.Equal("\"sh -c 'echo a b' word\"", slip.Ok("ps", "-a", "--no-trunc", "--format", "{{.Command}}"));
        Assert.Equal("\"sh -c 'echo a b' wo…\"", slip.Ok("ps", "-a", "--format", "{{.Command}}"));
        Assert.DoesNotContain("ImageNow", slip.Ok("ps", "-a", "--format", "json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FlagsOfDockersPast_ChangeNothing()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--rm", "--disable-content-trust", "--kernel-memory", "10m", "busybox", "echo", "ran");
        Assert.Equal((0, "ran\n"), (result.ExitCode, result.Output));
        Assert.Contains("--kernel-memory is discarded", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("kernel-memory", slip.Ok("run", "--help"), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_InUtc_EndInZ()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Environment["TZ"] = "UTC";
        slip.Ok("create", "busybox", "true");
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z container create ", slip.Ok("events", "--since", "1m", "--until", "0s"));
        slip.Environment["TZ"] = "Asia/Kolkata";
        Assert.Matches(@"(?m)^\S+\.\d{9}\+05:30 container create ", slip.Ok("events", "--since", "1m", "--until", "0s"));
    }

    [Fact]
    public void Images_FormatsAndFilters_AreDockers()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("Dockerfile", "FROM busybox\nLABEL stage=test\nRUN echo more > /more\n");
        slip.Ok("build", "-q", "-t", "registry.example:5000/team/app:2", slip.Scratch);

        Assert.Equal("busybox:latest", slip.Ok("images", "--filter", "reference=busybox", "--format", "{{.Repository}}:{{.Tag}}"));
        Assert.Equal("registry.example:5000/team/app:2 test", slip.Ok("images", "--filter", "label=stage=test", "--format", "{{.Repository}}:{{.Tag}} {{.Label \"stage\"}}"));
        Assert.Equal("registry.example:5000/team/app", slip.Ok("images", "-f", "reference=*/team/a*", "--format", "{{.Repository}}"));
        Assert.Equal("", slip.Ok("images", "-q", "--filter", "dangling=true"));
        Assert.Equal(slip.Ok("images", "-q"), slip.Ok("images", "-q", "--filter", "dangling=false"));
        slip.Ok("import", BusyboxTar.Path, "later");
        Assert.Equal("later\nregistry.example:5000/team/app", slip.Ok("images", "--filter", "since=busybox", "--format", "{{.Repository}}"));
        Assert.DoesNotContain("later", slip.Ok("images", "--filter", "before=later", "--format", "{{.Repository}}"), StringComparison.Ordinal);
        slip.Ok("rmi", "later");
        for (int i = 1; i <= 3; i++)
        {
            slip.Write("Dockerfile", $"FROM busybox\nLABEL number={i}\n");
            slip.Ok("build", "-q", "-t", $"series:{i}", slip.Scratch);
        }
        string Series(params string[] filters) => slip.Ok(["images", "series", "--format", "{{.Tag}}", .. filters]).ReplaceLineEndings(" ");
        Assert.Equal("3 2 1", Series());
        Assert.Equal("3 2", Series("-f", "since=series:1"));
        Assert.Equal("1", Series("-f", "before=series:2"));
        Assert.Equal("2", Series("-f", "before=series:3", "-f", "since=series:1"));
        JsonNode json = JsonNode.Parse(slip.Ok("images", "--format", "json", "busybox"))!;
        Assert.NotEqual("0B", (string)json["SharedSize"]!);
        Assert.Equal("0B", (string)json["UniqueSize"]!);
    }

    [Theory]
    [InlineData("reference", "a filter is key=value")]
    [InlineData("nope=1", "invalid filter 'nope'")]
    [InlineData("dangling=maybe", "invalid filter 'dangling=maybe'")]
    [InlineData("until=soon", "invalid filter 'until=soon'")]
    [InlineData("since=nope", "No such image: nope")]
    public void Images_WrongFilter_SaysWhatIsWrong(string filter, string expected)
    {
        using var slip = new Slip();
        Slip.Result result = slip.Run("images", "--filter", filter);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_Templates_WalkTheObject()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "web", "-e", "A=1", "-v", "data:/data", "busybox", "sleep", "5");

        Assert.Equal("volume data /data;", slip.Ok("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}};{{end}}", "web"));
        Assert.Equal("/web created false", slip.Ok("inspect", "--format", "{{.Name}} {{.State.Status}} {{.State.Running}}", "web"));
        Assert.Contains("A=1", slip.Ok("inspect", "--format", "{{join .Config.Env \"\\n\"}}", "web"), StringComparison.Ordinal);
        Slip.Result wrong = slip.Run("inspect", "--format", "{{.Nope}}", "web");
        Assert.Contains("map has no entry for key \"Nope\"", wrong.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, wrong.ExitCode);
    }

    [Fact]
    public void VolumeLs_Formats_AreDockers()
    {
        using var slip = new Slip();
        slip.Ok("volume", "create", "data");
        Assert.Equal("data local", slip.Ok("volume", "ls", "--format", "{{.Name}} {{.Driver}}"));
        Assert.Equal("DRIVER    VOLUME NAME\nlocal     data", slip.Ok("volume", "ls"));
    }

    [Fact]
    public void Ps_Image_IsShortAsDockersUnlessAskedNotTo()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("images", "-q", "--no-trunc", "busybox");
        foreach ((string asked, string shown) in ((string, string)[])[("busybox", "busybox"), ("busybox:latest", "busybox:latest"), ("docker.io/library/busybox:latest", "busybox:latest"),
            ("docker.io/library/busybox", "busybox"), (id, id[7..19]), (id[7..], id[7..19]), (id[7..27], id[7..19]), (id[7..17], id[7..17])])
        {
            string container = slip.Ok("create", asked, "true");
            Assert.Equal((asked, shown), (asked, slip.Ok("ps", "-a", "--filter", "id=" + container, "--format", "{{.Image}}")));
            Assert.Equal(asked, slip.Ok("ps", "-a", "--no-trunc", "--filter", "id=" + container, "--format", "{{.Image}}"));
        }
    }
}
