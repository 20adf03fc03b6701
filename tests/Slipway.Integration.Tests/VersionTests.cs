using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary><c>version</c> and <c>info</c> as docker's users know them.</summary>
public sealed class VersionTests
{
    [Fact]
    public void Version_LayoutTemplatesAndJson_AreDockers()
    {
        using var slip = new Slip();
        string version = slip.Ok("version", "--format", "{{.Server.Version}}");
        Assert.Matches(@"^\d+\.\d+", version);
        string text = slip.Ok("version");
        Assert.Matches(@"(?s)^Client: .*\n Version: +" + version + @"\n.*\nServer: .*\n Engine:\n  Version: +" + version + "\n", text);
        Assert.Equal(version, (string?)JsonNode.Parse(slip.Ok("version", "-f", "json"))!["Client"]!["Version"]);
    }

    [Fact]
    public void Info_LayoutTemplatesAndJson_AreDockers()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "busybox", "true");
        Assert.Matches(@"(?s)\nServer:\n Containers: 1\n  Running: 0\n  Paused: 0\n  Stopped: 1\n Images: 1\n Server Version: .*\n Storage Driver: overlay\n", slip.Ok("info"));
        Assert.Equal("1 0 1 overlay", slip.Ok("info", "--format", "{{.Containers}} {{.ContainersRunning}} {{.Images}} {{.Driver}}"));
        string kind = Process.Start(new ProcessStartInfo("stat", ["-f", "-c", "%T", slip.DataRoot]) { RedirectStandardOutput = true })!.StandardOutput.ReadToEnd().Trim();
        Assert.Equal($"[[Backing Filesystem {(kind.StartsWith("ext", StringComparison.Ordinal) ? "extfs" : kind)}]]", slip.Ok("info", "-f", "{{.DriverStatus}}"));
        Assert.Equal(slip.DataRoot, (string?)JsonNode.Parse(slip.Ok("info", "-f", "json"))!["DockerRootDir"]);
    }

    [Fact]
    public void Commit_AndItsTime_AreInAllAnswers()
    {
        using Api.Slipd slipd = Api.Slipd.WithBusybox();
        JsonNode own = JsonNode.Parse(slipd.Slip.Ok("version", "-f", "json"))!["Server"]!, asked = slipd.Get("/version"), details = asked["Components"]![0]!["Details"]!;
        string commit = (string)own["GitCommit"]!, time = (string)own["BuildTime"]!;
        Assert.Matches("^([0-9a-f]{7}(-dirty)?)?$", commit);
        Assert.Matches(@"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0{9}\+00:00)?$", time);
        Assert.Equal((commit, time, commit, time), ((string)asked["GitCommit"]!, (string)asked["BuildTime"]!, (string)details["GitCommit"]!, (string)details["BuildTime"]!));
        if (!Path.Exists(Path.Combine(Slip.Checkout, ".git")))
            return;
        Assert.NotEmpty(commit);
        Assert.Matches($@"\n Git commit: +{commit}\n Built: +\w{{3}} \w{{3}} [ \d]\d \d\d:\d\d:\d\d \d{{4}}\n", slipd.Slip.Ok("version"));
        Assert.Matches($@"\n  Git commit: +{commit}\n", slipd.DockerOk("version"));
    }

    [Fact]
    public void Stamp_IsTheCommitOfTheCheckout_AndNothingOfOneAroundIt()
    {
        Needs.Program("git");
        using var scratch = new Slip();
        string checkout = Path.Combine(scratch.Scratch, "around", "checkout"), stamp = Path.Combine(checkout, "eng", "stamp.sh");
        Directory.CreateDirectory(Path.GetDirectoryName(stamp)!);
        File.Copy(Path.Combine(Slip.Checkout, "eng", "stamp.sh"), stamp);
        string Sh(string command)
        {
            var start = new ProcessStartInfo("sh", ["-ec", command]) { WorkingDirectory = checkout, RedirectStandardOutput = true };
            start.Environment.Remove("SOURCE_DATE_EPOCH");
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
        const string Commit = "git init -q . && git add -A && GIT_COMMITTER_DATE=\"2000000000 +0000\" git -c user.name=n -c user.email=e commit -q -m m";
        Sh("cd .. && " + Commit);
        Assert.Equal("", Sh("eng/stamp.sh"));
        Assert.Equal("-p:SlipwayBuildTime=1970-01-01T00:00:01.000000000+00:00\n", Sh("SOURCE_DATE_EPOCH=1 eng/stamp.sh"));
        Sh(Commit);
        string head = Sh("git rev-parse HEAD")[..7];
        Assert.Equal($"-p:SlipwayCommit={head}\n-p:SlipwayBuildTime=2033-05-18T03:33:20.000000000+00:00\n", Sh("eng/stamp.sh"));
        Sh("echo '# more' >>eng/stamp.sh; touch unknown");
        Assert.StartsWith($"-p:SlipwayCommit={head}-dirty\n", Sh("eng/stamp.sh"), StringComparison.Ordinal);
    }
}
