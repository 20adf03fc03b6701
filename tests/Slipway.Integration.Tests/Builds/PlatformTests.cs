using System.Formats.Tar;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary><c>build --platform A,B</c>: one Dockerfile for several platforms at once.</summary>
public sealed class PlatformTests
{
    private const string Dockerfile = "FROM scratch AS stage-amd64\nCOPY a /mine\nFROM scratch AS stage-arm64\nCOPY b /mine\nFROM stage-$TARGETARCH\nCOPY both /\nLABEL l=m\n";

    [Fact]
    public void Local_AndTar_HaveADirectoryForEach()
    {
        using BuildCase build = Files();
        string to = Path.Combine(build.Slip.Scratch, "out"), tar = Path.Combine(build.Slip.Scratch, "out.tar");
        string errors = Several(build, "-o", to, "-o", "type=tar,dest=" + tar);
        Assert.Equal(("for amd64", "for arm64", "for both"), (File.ReadAllText($"{to}/linux_amd64/mine"), File.ReadAllText($"{to}/linux_arm64/mine"), File.ReadAllText($"{to}/linux_arm64/both")));
        Assert.Equal(["linux_amd64/", "linux_amd64/both", "linux_amd64/mine", "linux_arm64/", "linux_arm64/both", "linux_arm64/mine"], NamesIn(tar));
        Assert.Contains("[linux/amd64 stage-amd64 2/2] COPY a /mine", errors, StringComparison.Ordinal);
        Assert.Contains("[linux/arm64 stage-arm64 2/2] COPY b /mine", errors, StringComparison.Ordinal);
    }

    // The same as each by itself, so that a machine that builds one has the other's cache.
    [Fact]
    public void Archive_HasAnIndexThatLeadsToTheImagesOfEach()
    {
        using BuildCase build = Files();
        string layout = Directory.CreateDirectory(Path.Combine(build.Slip.Scratch, "layout")).FullName, id = layout + ".iid";
        Several(build, "-t", "both:1", "--iidfile", id, "-o", $"type=oci,dest={layout}.tar");
        TarFile.ExtractToDirectory(layout + ".tar", layout, overwriteFiles: true);
        JsonNode named = Assert.Single(JsonNode.Parse(File.ReadAllText(layout + "/index.json"))!["manifests"]!.AsArray())!;
        Assert.Equal(("application/vnd.oci.image.index.v1+json", "docker.io/library/both:1"), ((string)named["mediaType"]!, (string)named["annotations"]!["io.containerd.image.name"]!));
        Assert.Equal(File.ReadAllText(id), (string)named["digest"]!);
        JsonArray manifests = Blob(layout, named)["manifests"]!.AsArray();
        Assert.Equal(["linux/amd64", "linux/arm64"], manifests.Select(manifest => $"{manifest!["platform"]!["os"]}/{manifest["platform"]!["architecture"]}"));
        Assert.Equal(["amd64", "arm64"], manifests.Select(manifest => (string)Blob(layout, Blob(layout, manifest!)["config"]!)["architecture"]!));
        Assert.All(manifests.SelectMany(manifest => Blob(layout, manifest!)["layers"]!.AsArray()), layer => Assert.True(File.Exists(PathOf(layout, layer!))));

        build.Build(Dockerfile, "--platform", "linux/arm64");
        Assert.Equal((string)manifests[1]!["digest"]!, build.Slip.Ok("inspect", "-f", "{{.Id}}", "built").Trim());
        // What is read again is this machine's.
        build.Slip.Ok("load", "-i", layout + ".tar");
        Assert.Equal("amd64", build.Slip.Ok("inspect", "-f", "{{.Architecture}}", "both:1").Trim());
    }

    [Theory]
    [InlineData("the store has images of one")]
    [InlineData("does not currently support exporting manifest lists", "-o", "type=docker,dest=x.tar")]
    [InlineData("--verify compares images of one platform", "-o", "type=local,dest=x", "--verify")]
    [InlineData("nosuch/x/y/z", "-o", "type=local,dest=x", "--platform", "linux/amd64,nosuch/x/y/z")]
    public void Build_OfWhatHoldsOne_IsRefused(string why, params string[] args)
    {
        using BuildCase build = Files();
        Slip.Result result = build.Try(Dockerfile, ["--platform", "linux/amd64,linux/arm64", .. args]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(why, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("built", build.Slip.Ok("images"), StringComparison.Ordinal);
    }

    private static string Several(BuildCase build, params string[] args)
    {
        Slip.Result result = build.Slip.Run(["build", "--platform", "linux/amd64,linux/arm64", .. args, build.Context]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Errors;
    }

    private static BuildCase Files() => new BuildCase().With("a", "for amd64").With("b", "for arm64").With("both", "for both").With("Dockerfile", Dockerfile);

    private static string PathOf(string layout, JsonNode descriptor) => $"{layout}/blobs/{((string)descriptor["digest"]!).Replace(':', '/')}";

    private static JsonNode Blob(string layout, JsonNode descriptor) => JsonNode.Parse(File.ReadAllText(PathOf(layout, descriptor)))!;

    private static List<string> NamesIn(string tar)
    {
        using var reader = new TarReader(File.OpenRead(tar));
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name);
        return names;
    }
}
