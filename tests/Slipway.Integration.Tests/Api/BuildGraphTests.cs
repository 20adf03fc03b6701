using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Builds;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What buildx asks of a builder beside building: files of a source before there is a build, where results may go, and which builds there were.</summary>
public sealed class BuildGraphTests
{
    [Fact]
    public void Bake_OfARepository_ReadsItsDefinition_AndBuildsADirectoryOfIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using FileServer server = Repository(slipd);
        string to = Path.Combine(slipd.Slip.Scratch, "out");

        slipd.BuildxOk("buildx", "bake", server.Address + "/repo.git", "--set", "*.output=type=local,dest=" + to);
        Assert.Equal("of the repository\n", File.ReadAllText(Path.Combine(to, "file")));
        slipd.BuildxOk("buildx", "bake", server.Address + "/repo.git", "part", "--set", "*.output=type=local,dest=" + to);
        Assert.Equal("of a directory\n", File.ReadAllText(Path.Combine(to, "file")));

        slipd.BuildxOk("buildx", "bake", server.Address + "/repo.git#v1", "own", "--set", "*.output=type=local,dest=" + to);
        Assert.Equal("before\n", File.ReadAllText(Path.Combine(to, "file")));

        Slip.Result missing = slipd.Buildx(null, "buildx", "bake", server.Address + "/repo.git", "-f", "nosuch.hcl");
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("nosuch.hcl: no such file or directory", missing.Errors, StringComparison.Ordinal);
        // A link out of the repository leads to nothing of ours.
        Assert.Contains("no such file or directory", slipd.Buildx(null, "buildx", "bake", server.Address + "/repo.git", "-f", "link").Errors, StringComparison.Ordinal);
        Waiting.Until(() => Directory.GetFileSystemEntries(Path.Combine(slipd.Slip.DataRoot, "tmp")).Length == 0);
    }

    [Fact]
    public void Bake_OfAServersFile_Builds()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using FileServer server = Repository(slipd);
        string to = Path.Combine(slipd.Slip.Scratch, "out"), www = Path.Combine(slipd.Slip.Scratch, "www");
        File.WriteAllText(Path.Combine(www, "bake.hcl"), "target default { dockerfile-inline = \"FROM scratch\\nCOPY b /\\n\" }\n");
        slipd.Slip.Write("context/b", "of the client\n");
        Slip.Result file = slipd.Buildx(null, "buildx", "bake", server.Address + "/bake.hcl", "--set", "*.context=" + Path.Combine(slipd.Slip.Scratch, "context"), "--set", "*.output=type=local,dest=" + to);
        Assert.True(file.ExitCode == 0, file.Errors);
        Assert.Equal("of the client\n", File.ReadAllText(Path.Combine(to, "b")));
    }

    // There a session is a call, too.
    [Fact]
    public void RemoteDriver_OverTheSocket_BuildsAndExports()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("context/b", "sent\n");
        string context = Path.GetDirectoryName(slipd.Slip.Write("context/Dockerfile", "FROM busybox AS made\nCOPY b /b\nRUN cat /b > /c\nFROM scratch\nCOPY --from=made /c /\n"))!, to = Path.Combine(slipd.Slip.Scratch, "out");
        slipd.BuildxOk("buildx", "create", "--name", "far", "--driver", "remote", "unix://" + slipd.SocketPath);
        (_, string progress) = slipd.BuildxOk("buildx", "build", "--builder", "far", "-o", to, context);
        Assert.Equal("sent\n", File.ReadAllText(Path.Combine(to, "c")));
        Assert.Contains("[made 1/3] FROM docker.io/library/busybox:latest", progress, StringComparison.Ordinal);
        slipd.Http.Dispose();
        Waiting.Until(() => Directory.GetFileSystemEntries(Path.Combine(slipd.Slip.DataRoot, "tmp")).Length == 0);
    }

    [Fact]
    public void Snapshotter_ThatIsSwitchedOff_IsNotTold()
    {
        using Slipd slipd = Slipd.WithBusybox("--feature", "containerd-snapshotter=false");
        string context = Path.GetDirectoryName(slipd.Slip.Write("context/Dockerfile", "FROM busybox\n"))!;
        Slip.Result refused = slipd.Buildx(null, "buildx", "build", "-o", "type=oci,dest=" + Path.Combine(slipd.Slip.Scratch, "x.tar"), context);
        Assert.Contains("OCI exporter is not supported", refused.Errors, StringComparison.Ordinal);
        slipd.BuildxOk("build", "-t", "app", context);
    }

    [Fact]
    public void Annotations_AreTheManifests_AndWhatCanNotBeIsSaid()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Path.GetDirectoryName(slipd.Slip.Write("context/Dockerfile", "FROM busybox\n"))!, layout = Path.Combine(slipd.Slip.Scratch, "x.tar"), to = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "layout")).FullName;
        (_, string progress) = slipd.BuildxOk("buildx", "build", "--annotation", "plain=one", "--annotation", "manifest[linux/amd64]:mine=two", "--annotation", "manifest[linux/arm64]:others=three", "--annotation", "index:above=four", "-o", "type=oci,dest=" + layout, context);
        Assert.Contains("annotation-index.above is not set", progress, StringComparison.Ordinal);
        Assert.Contains("annotation-manifest[linux/arm64].others is not set", progress, StringComparison.Ordinal);
        slipd.Run(null, "tar", "-C", to, "-xf", layout);
        string digest = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(to, "index.json")))!["manifests"]![0]!["digest"]!;
        JsonNode annotations = JsonNode.Parse(File.ReadAllText(Path.Combine(to, "blobs", "sha256", digest["sha256:".Length..])))!["annotations"]!;
        Assert.Equal("one two", $"{annotations["plain"]} {annotations["mine"]}");
        Assert.Null(annotations["others"]);
        Assert.Null(annotations["above"]);
    }

    [Fact]
    public void SeveralPlatforms_GoToDirectoriesAndToAnIndex()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("several/amd64", "one\n");
        slipd.Slip.Write("several/arm64", "other\n");
        slipd.Slip.Write("several/unused", new string('x', 100_000));
        string context = Path.GetDirectoryName(slipd.Slip.Write("several/Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /file\n"))!, to = Path.Combine(slipd.Slip.Scratch, "out"), layout = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "layout")).FullName;
        string[] several = ["buildx", "build", "--platform", "linux/amd64,linux/arm64", context];
        (_, string progress) = slipd.BuildxOk([.. several, "-o", to]);
        Assert.Equal(("one\n", "other\n"), (File.ReadAllText(to + "/linux_amd64/file"), File.ReadAllText(to + "/linux_arm64/file")));
        // What each of them wants comes at once.
        Assert.Single(progress.Split('\n'), line => line.EndsWith("[internal] load build context", StringComparison.Ordinal));
        Assert.Matches("transferring context: [0-9.]+B", progress);

        (_, progress) = slipd.BuildxOk([.. several, "-t", "both", "--annotation", "index:above=four", "--annotation", "manifest[linux/arm64]:mine=two", "--annotation", "index-descriptor:none=five", "--metadata-file", layout + ".json", "-o", $"type=oci,dest={layout}.tar"]);
        Assert.Contains("annotation-index-descriptor.none is not set", progress, StringComparison.Ordinal);
        Assert.DoesNotContain("mine is not set", progress, StringComparison.Ordinal);
        slipd.Run(null, "tar", "-C", layout, "-xf", layout + ".tar");
        JsonNode Blob(JsonNode descriptor) => JsonNode.Parse(File.ReadAllText($"{layout}/blobs/{((string)descriptor["digest"]!).Replace(':', '/')}"))!;
        JsonNode named = JsonNode.Parse(File.ReadAllText(layout + "/index.json"))!["manifests"]![0]!, index = Blob(named);
        Assert.Equal((string)named["digest"]!, (string)JsonNode.Parse(File.ReadAllText(layout + ".json"))!["containerimage.digest"]!);
        Assert.Equal("four", (string)index["annotations"]!["above"]!);
        Assert.Equal([null, "two"], index["manifests"]!.AsArray().Select(manifest => (string?)Blob(manifest!)["annotations"]?["mine"]));
    }

    [Fact]
    public void History_TellsTheBuildsThatWere_AndForgetsThem()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Path.GetDirectoryName(slipd.Slip.Write("told/Dockerfile", "FROM busybox\nRUN true\n"))!, broken = Path.GetDirectoryName(slipd.Slip.Write("broken/Dockerfile", "FROM busybox\nRUN exit 3\n"))!;
        Slip.Result built = slipd.NewerBuildx(null, "buildx", "build", context);
        Assert.True(built.ExitCode == 0, built.Errors);
        Assert.NotEqual(0, slipd.NewerBuildx(null, "buildx", "build", broken).ExitCode);
        Slip.Result all = slipd.NewerBuildx(null, "buildx", "history", "ls", "--format", "{{.Name}} {{.Status}}");
        Assert.True(all.ExitCode == 0, all.Errors);
        Assert.Contains("told Completed", all.Output, StringComparison.Ordinal);
        Assert.Contains("broken Error", all.Output, StringComparison.Ordinal);
        Slip.Result removed = slipd.NewerBuildx(null, "buildx", "history", "rm", "--all");
        Assert.True(removed.ExitCode == 0, removed.Errors);
        Assert.Empty(slipd.NewerBuildx(null, "buildx", "history", "ls", "--format", "{{.Name}}").Output);
    }

    // Two targets of a bare repository, as plain files: git's dumb protocol needs nothing more.
    private static FileServer Repository(Slipd slipd)
    {
        string work = Path.Combine(slipd.Slip.Scratch, "work"), www = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "www")).FullName;
        slipd.Slip.Write("work/docker-bake.hcl", "group default { targets = [\"own\"] }\ntarget own {}\ntarget part { context = \"./dir\" }\n");
        slipd.Slip.Write("work/Dockerfile", "FROM scratch\nCOPY file /\n");
        slipd.Slip.Write("work/file", "before\n");
        slipd.Slip.Write("work/dir/Dockerfile", "FROM scratch\nCOPY file /\n");
        slipd.Slip.Write("work/dir/file", "of a directory\n");
        File.CreateSymbolicLink(Path.Combine(work, "link"), "/etc/hostname-of-nobody");
        string script = "set -e; cd \"$0\"; export HOME=/nonexistent GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b.c GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b.c; git init -q -b main; git add -A; git commit -q -m one; git tag v1; "
            + "echo 'of the repository' > file; git commit -q -a -m two; git clone -q --bare . \"$1/repo.git\"; git -C \"$1/repo.git\" update-server-info";
        Slip.Result made = slipd.Run(null, "sh", "-c", script, work, www);
        Assert.True(made.ExitCode == 0, made.Errors);
        return new FileServer(www);
    }
}
