using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>ADD from real servers: files by HTTP, repositories by git.</summary>
public sealed class FetchTests
{
    [Fact]
    public void Url_ComesWithItsTimeAndMode()
    {
        using var build = new BuildCase();
        string file = build.Slip.Write("www/dir/file.txt", "served");
        File.SetLastWriteTimeUtc(file, new DateTime(1999, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        using var server = new FileServer(Path.Combine(build.Slip.Scratch, "www"));
        server.Answers["/moved"] = answer => answer.Redirect(server.Address + "/dir/file.txt");

        build.Build($"FROM busybox\nADD {server.Address}/moved /a\nADD {server.Address}/dir/file.txt /d/\n", "--build-arg", "SOURCE_DATE_EPOCH=1700000000");

        Assert.Equal("600 0 925974489\n600 0 925974489\nservedserved", build.In("stat -c '%a %u %Y' /a /d/file.txt; cat /a /d/file.txt"));
    }

    [Theory]
    [InlineData("/none", "the server answers 404")]
    [InlineData("/loop", "more than 10 redirects")]
    [InlineData("/file", "is not followed")]
    [InlineData("/short", "")]
    [InlineData("/busy", "the server answers 503")]
    public void Url_HostileAnswer_IsAnError(string path, string expected)
    {
        using var build = new BuildCase();
        using var server = new FileServer(build.Slip.Scratch);
        server.Answers["/loop"] = answer => answer.Redirect(server.Address + "/loop");
        server.Answers["/file"] = answer => answer.Redirect("file:///etc/passwd");
        server.Answers["/busy"] = answer => answer.StatusCode = 503;
        server.Answers["/short"] = answer =>
        {
            answer.ContentLength64 = 100;
            answer.OutputStream.Write("little"u8);
            answer.OutputStream.Flush();
            answer.Abort();
        };

        Slip.Result result = build.Try($"FROM busybox\nADD {server.Address}{path} /x\n");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Dockerfile:2", result.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Url_Checksum_IsHeld_AndSparesTheDownload()
    {
        using var build = new BuildCase();
        build.Slip.Write("www/f", "content");
        using var server = new FileServer(Path.Combine(build.Slip.Scratch, "www"));
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("content"u8));

        build.Build($"FROM busybox\nADD --checksum=sha256:{digest} {server.Address}/f /f\n");
        build.Build($"FROM busybox\nADD --checksum=sha256:{digest} {server.Address}/f /f\n");
        Assert.Single(server.Asked);
        Assert.Contains("digest mismatch", build.Try($"FROM busybox\nADD --checksum=sha256:{new string('0', 64)} {server.Address}/f /f\n").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Repository_IsCheckedOut_ByBranchTagAndCommit()
    {
        using var build = new BuildCase();
        using var server = new FileServer(Repository(build));
        string url = server.Address + "/repo.git", first = Git(build, "rev-parse", "HEAD~1"), tag = Git(build, "rev-parse", "v1^{commit}");

        build.Build($"FROM busybox\nADD {url} /head\nADD {url}#v1 /tag\nADD {url}#{first} /commit\nADD {url}#:sub /sub\nADD --keep-git-dir=true {url} /git\nADD --checksum={tag} {url}#v1 /sum\n");

        Assert.Equal("two one one one deep", build.In("echo $(cat /head/file /tag/file /commit/file /sum/file /sub/inner)"));
        Assert.Equal("0 1", build.In("ls -a /head /tag /sub | grep -c '^.git$'; ls -d /git/.git | wc -l").Replace('\n', ' '));
        Assert.Equal("1", build.In("ls -l /head/link | wc -l"));
        Assert.Contains("checksum says", build.Try($"FROM busybox\nADD --checksum={first}0 {url}#main /x\n".Replace(first + "0", new string('1', 40))).Errors, StringComparison.Ordinal);
        Assert.Contains("has no 'nope'", build.Try($"FROM busybox\nADD {url}#nope /x\n").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#main:link", "leads out")]
    [InlineData("#main:../..", "leads out")]
    [InlineData("#--upload-pack=touch$IFS/canary", "invalid git reference")]
    [InlineData("#main:none", "not found")]
    public void Repository_Hostile_IsRefused(string suffix, string expected)
    {
        using var build = new BuildCase();
        using var server = new FileServer(Repository(build));

        Slip.Result result = build.Try($"FROM busybox\nADD [\"{server.Address}/repo.git{suffix}\", \"/x\"]\n".Replace("$IFS", "\\\\$IFS"));
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists("/canary"));
    }

    [Fact]
    public void Repository_LocalSubmodule_IsRefused()
    {
        using var build = new BuildCase();
        string www = Repository(build), secret = Directory.CreateDirectory(Path.Combine(build.Slip.Scratch, "secret")).FullName;
        foreach (string[] line in (string[][])[["init", "-q"], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "x"]])
            Run([.. (string[])["-C", secret], .. line]);
        // CVE-2022-39253: a submodule of the host's own files.
        Git(build, "-c", "protocol.file.allow=always", "submodule", "add", "-q", secret, "module");
        Git(build, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "module");
        Run("-C", Path.Combine(www, "repo.git"), "fetch", "-q", "--update-head-ok", Work(build), "+refs/heads/*:refs/heads/*");
        Run("-C", Path.Combine(www, "repo.git"), "update-server-info");
        using var server = new FileServer(www);

        Slip.Result result = build.Try($"FROM busybox\nADD {server.Address}/repo.git /x\n");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("git submodule", result.Errors, StringComparison.Ordinal);
        build.Build($"FROM busybox\nADD {server.Address}/repo.git?submodules=false /x\n");
    }

    [Fact]
    public void Repository_HostsConfigurationIsNotRead()
    {
        using var build = new BuildCase();
        using var server = new FileServer(Repository(build));
        string canary = Path.Combine(build.Slip.Scratch, "canary");
        string home = Path.GetDirectoryName(build.Slip.Write("home/.gitconfig", $"[core]\n\tsshCommand = touch {canary}\n\tfsmonitor = touch {canary}\n[url \"http://127.0.0.1:1/\"]\n\tinsteadOf = {server.Address}/\n"))!;
        build.With("Dockerfile", $"FROM busybox\nADD {server.Address}/repo.git /x\n");

        Slip.Result result = build.Slip.RunUnder(["/usr/bin/env", "HOME=" + home], "build", build.Context);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.False(File.Exists(canary));
    }

    // A bare repository as plain files: git's dumb protocol needs nothing more.
    private static string Repository(BuildCase build)
    {
        string work = Directory.CreateDirectory(Work(build)).FullName, www = Directory.CreateDirectory(Path.Combine(build.Slip.Scratch, "www")).FullName;
        Git(build, "init", "-q", "-b", "main");
        Directory.CreateDirectory(Path.Combine(work, "sub"));
        File.WriteAllText(Path.Combine(work, "sub/inner"), "deep\n");
        File.CreateSymbolicLink(Path.Combine(work, "link"), "/etc");
        foreach (string content in (string[])["one", "two"])
        {
            File.WriteAllText(Path.Combine(work, "file"), content + "\n");
            Git(build, "add", "-A");
            Git(build, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", content);
            if (content == "one")
                Git(build, "-c", "user.name=a", "-c", "user.email=a@b.c", "tag", "-a", "v1", "-m", "first");
        }
        Run("clone", "-q", "--bare", work, Path.Combine(www, "repo.git"));
        Run("-C", Path.Combine(www, "repo.git"), "update-server-info");
        return www;
    }

    private static string Work(BuildCase build) => Path.Combine(build.Slip.Scratch, "work");

    private static string Git(BuildCase build, params string[] args) => Run(["-C", Work(build), .. args]);

    private static string Run(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(Needs.Program("git"), ["-c", "safe.directory=*", .. args]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
