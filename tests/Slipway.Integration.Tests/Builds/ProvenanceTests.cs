using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>What an image says of where it came from, and the times that follow from that.</summary>
public sealed class ProvenanceTests
{
    [Fact]
    public void Checkout_NamesCommitSourceAndBase_AndClampsTimes()
    {
        using BuildCase build = new BuildCase().With("f", "1");
        const string Text = "FROM busybox\nCOPY f /f\n";
        build.With("Dockerfile", Text);
        Git(build, null, "init", "-q");
        Git(build, null, "remote", "add", "origin", "https://me:secret@example.org/me/repo.git");
        Git(build, null, "add", "-A");
        Git(build, "2020-01-02T03:04:05Z", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "x");
        string commit = Git(build, null, "rev-parse", "HEAD");

        build.Build(Text, "--annotation", "mine=1");

        Assert.Equal("2020-01-02T03:04:05Z", build.Slip.Ok("image", "inspect", "-f", "{{.Created}}", "built"));
        Assert.Equal("1577934245", build.In("stat -c %Y /f"));
        string manifest = Manifest(build);
        Assert.Contains($"\"org.opencontainers.image.revision\":\"{commit}\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"org.opencontainers.image.source\":\"https://example.org/me/repo.git\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"org.opencontainers.image.base.name\":\"docker.io/library/busybox:latest\"", manifest, StringComparison.Ordinal);
        Assert.Contains($"\"org.opencontainers.image.base.digest\":\"{build.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "busybox")}\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"mine\":\"1\"", manifest, StringComparison.Ordinal);
        build.Build(Text, "--build-arg", "SOURCE_DATE_EPOCH=1000000000");
        Assert.Equal("1000000000", build.In("stat -c %Y /f"));
        build.Build("FROM busybox\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /e\n", "--build-arg", "SOURCE_DATE_EPOCH=context");
        Assert.Equal("1577934245", build.In("cat /e"));
    }

    [Fact]
    public void SourceDateEpochOfTheEnvironment_CountsWhereNoCommitTells()
    {
        using BuildCase build = new BuildCase().With("f", "1");
        build.Slip.Environment["SOURCE_DATE_EPOCH"] = "1000000000";
        string Created(params string[] args)
        {
            build.Build("FROM busybox\nCOPY f /f\n", args);
            return build.Slip.Ok("image", "inspect", "-f", "{{.Created}}", "built");
        }

        Assert.Equal("2001-09-09T01:46:40Z", Created());
        Assert.Equal("1000000000", build.In("stat -c %Y /f"));
        Assert.Equal("1970-01-01T00:00:01Z", Created("--build-arg", "SOURCE_DATE_EPOCH=1"));
        Git(build, null, "init", "-q");
        Git(build, null, "add", "-A");
        Git(build, "2020-01-02T03:04:05Z", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "x");
        Assert.Equal("2020-01-02T03:04:05Z", Created());
        build.Slip.Environment["SOURCE_DATE_EPOCH"] = "yesterday";
        Directory.Delete(Path.Combine(build.Context, ".git"), recursive: true);
        Assert.Contains("invalid SOURCE_DATE_EPOCH 'yesterday'", build.Try("FROM busybox\n").Errors, StringComparison.Ordinal);
    }

    // An annotation is in the manifest alone, which is a blob of the image's id.
    private static string Manifest(BuildCase build)
    {
        string id = build.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "built");
        return File.ReadAllText(Path.Combine(build.Slip.DataRoot, "content/blobs/sha256", id["sha256:".Length..]));
    }

    private static string Git(BuildCase build, string? date, params string[] args)
    {
        var start = new ProcessStartInfo(Needs.Program("git"), ["-c", "safe.directory=*", "-C", build.Context, .. args]) { RedirectStandardOutput = true };
        if (date is not null)
            (start.Environment["GIT_COMMITTER_DATE"], start.Environment["GIT_AUTHOR_DATE"]) = (date, date);
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
