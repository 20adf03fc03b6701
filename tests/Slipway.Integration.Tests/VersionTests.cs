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
}
