using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>Git repositories as contexts, served by git's own program.</summary>
public sealed class GitContextTests(GitContextTests.Repositories git) : IClassFixture<GitContextTests.Repositories>, IDisposable
{
    // The commits are of 2001-09-09T01:46:40Z, one, two and three seconds later.
    private const long First = 1_000_000_000;
    private const string Dockerfile = "FROM busybox\nCOPY . /c\n";

    private readonly BuildCase _build = new();

    public void Dispose() => _build.Dispose();

    [Theory]
    [InlineData("", "three")]
    [InlineData("#main", "three")]
    [InlineData("#refs/heads/main", "three")]
    [InlineData("#a/b.c", "two")]
    [InlineData("#side", "aside")]
    [InlineData("#v1", "one")]
    [InlineData("#light", "one")]
    [InlineData("#refs/tags/v1", "one")]
    [InlineData("#{main~1}", "two")]
    [InlineData("#{side}", "aside")]
    [InlineData("?ref=side", "aside")]
    [InlineData("?branch=side", "aside")]
    [InlineData("?tag=v1", "one")]
    [InlineData("?tag=v1&commit={v1}", "one")]
    [InlineData("?ref=v1&checksum={v1:12}", "one")]
    [InlineData("?commit={v1}&fetch-by-commit=true", "one")]
    [InlineData("?ref=side&mtime=commit&submodules=0", "aside")]
    public void Reference_IsWhatItSays(string suffix, string file)
    {
        Build(suffix);

        Assert.Equal(file, _build.In("cat /c/file"));
        Assert.Equal("Dockerfile file module", _build.In("echo $(ls -A /c | grep -v link)"));
    }

    [Theory]
    [InlineData("#main:module")]
    [InlineData("#:module")]
    [InlineData("?subdir=module")]
    [InlineData("?branch=main&subdir=module")]
    public void Subdirectory_IsTheContext_AndHasItsOwnDockerfile(string suffix)
    {
        Build(suffix);

        Assert.Equal("deep", _build.In("cat /in"));
    }

    [Theory]
    [InlineData("", "absent")]
    [InlineData("?keep-git-dir=false", "absent")]
    [InlineData("?keep-git-dir", "main\nthere")]
    [InlineData("?keep-git-dir=1", "main\nthere")]
    public void TheRepositorysOwnDirectory_IsThereWhenAskedFor_AndTimesAreTheCommitsAlways(string suffix, string expected)
    {
        Build(suffix);

        Assert.Equal(expected == "absent" ? "absent" : "there", _build.In("test -f /c/.git/HEAD && echo there || echo absent"));
        Assert.Equal((First + 2).ToString(), _build.In("stat -c %Y /c/file"));
        Assert.Equal("2001-09-09T01:46:42Z", _build.Slip.Ok("image", "inspect", "-f", "{{.Created}}", "built"));
    }

    [Fact]
    public void TheImage_SaysWhereItCameFrom_WithoutThePassword()
    {
        Build("#v1");

        string manifest = File.ReadAllText(Path.Combine(_build.Slip.DataRoot, "content/blobs/sha256", _build.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "built")["sha256:".Length..]));
        Assert.Contains($"\"org.opencontainers.image.revision\":\"{git.Git("-C", git.Work, "rev-parse", "v1^{commit}")}\"", manifest, StringComparison.Ordinal);
        Assert.Contains($"\"org.opencontainers.image.source\":\"{git.Server.Address}/git/repo.git\"", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void Submodules_Come_UnlessNotWanted()
    {
        git.Git("clone", "-q", "--bare", git.Work, Path.Combine(git.Served, "other.git"));
        string other = Path.Combine(_build.Slip.Scratch, "outer");
        git.Git("init", "-q", "-b", "main", other);
        git.Git("-C", other, "submodule", "add", "-q", "-b", "main", git.Server.Address + "/git/other.git", "inside");
        File.WriteAllText(Path.Combine(other, "Dockerfile"), Dockerfile);
        git.Git("-C", other, "add", "-A");
        git.Git("-C", other, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "x");
        git.Git("clone", "-q", "--bare", other, Path.Combine(git.Served, "outer.git"));

        _build.Slip.Ok("build", "-t", "built", git.Server.Address + "/git/outer.git");
        Assert.Equal("three", _build.In("cat /c/inside/file; test ! -e /c/inside/.git"));
        _build.Slip.Ok("build", "-t", "built", git.Server.Address + "/git/outer.git?submodules=false");
        Assert.Equal("0", _build.In("ls -A /c/inside | wc -l"));
    }

    [Theory]
    [InlineData("repo.git#nope", "has no 'nope'")]
    [InlineData("repo.git#0000000000000000000000000000000000000000", "the repository has no commit 0000")]
    [InlineData("none.git", "git ls-remote")]
    [InlineData("repo.git?ref=side&commit=1111111", "checksum says 1111111")]
    [InlineData("repo.git?commit=1111111&fetch-by-commit=1", "needs a checksum that names the whole commit")]
    [InlineData("repo.git#main:none", "'none' is no directory of the repository")]
    [InlineData("repo.git#main:file", "'file' is no directory of the repository")]
    [InlineData("repo.git#main:../..", "leads out of the repository")]
    [InlineData("repo.git#side:link", "is no directory of the repository")]
    [InlineData("repo.git#--upload-pack=touch /tmp/slipway-canary", "invalid git reference")]
    [InlineData("repo.git#a..b", "invalid git reference")]
    [InlineData("repo.git#main;touch", "invalid git reference")]
    [InlineData("repo.git?ref=main&ref=side", "ref conflicts")]
    [InlineData("repo.git?depth=1", "unexpected query 'depth'")]
    [InlineData("repo.git?mtime=never", "unexpected query 'mtime'")]
    [InlineData("repo.git?tag=", "has no value")]
    public void WhatIsNotThere_OrHostile_IsRefused_AndLeavesNothing(string name, string expected)
    {
        Slip.Result result = _build.Slip.Run("build", $"{git.Server.Address}/git/{name}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/slipway-canary"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.DataRoot, "tmp")));
    }

    [Fact]
    public void AServerThatWantsAPassword_IsNotWaitedFor()
    {
        git.Server.Answers["/private.git/info/refs"] = answer =>
        {
            answer.StatusCode = 401;
            answer.Headers["WWW-Authenticate"] = "Basic realm=\"private\"";
        };

        Slip.Result result = _build.Slip.Run("build", git.Server.Address.Replace("//", "//me:hush-hush@", StringComparison.Ordinal) + "/private.git");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("git ls-remote", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NamedContexts_AreRepositoriesToo_AndAStagesTimeCanBeOnes()
    {
        string url = $"{git.Server.Address}/git/repo.git";

        _build.Build("FROM lib\nFROM busybox\nCOPY --from=lib file /a\nCOPY --from=0 file /b\n", "--build-context", $"lib={url}#v1");
        Assert.Equal("oneone", _build.In("cat /a /b"));
        _build.Build("FROM busybox\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /e\n", "--build-context", $"lib={url}#v1", "--build-arg", "SOURCE_DATE_EPOCH=LIB");
        Assert.Equal(First.ToString(), _build.In("cat /e"));
        _build.Build($"ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nARG REF=side\nADD {url}#$REF /\nFROM busybox\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /e\nCOPY --from=src file /f\n");
        Assert.Equal($"{First + 3}\naside", _build.In("cat /e /f"));
        Assert.Equal((First + 3).ToString(), _build.In("stat -c %Y /e"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.DataRoot, "tmp")));
    }

    [Theory]
    [InlineData("busybox", "ADD {url} /", "has no time of its own")]
    [InlineData("scratch", "ADD {url} /\nADD {url} /b", "has no time of its own")]
    [InlineData("scratch", "COPY Dockerfile /", "has no time of its own")]
    [InlineData("scratch", "", "has no time of its own")]
    [InlineData("scratch AS other", "ADD {url} /", "invalid SOURCE_DATE_EPOCH 'src'")]
    public void AStageWithoutATime_IsNoSourceOfOne(string from, string instruction, string expected)
    {
        string name = from.Contains(" AS ", StringComparison.Ordinal) ? "" : " AS src";

        Slip.Result result = _build.Try($"FROM {from}{name}\n{instruction.Replace("{url}", git.Server.Address + "/git/repo.git", StringComparison.Ordinal)}\nFROM busybox\n", "--build-arg", "SOURCE_DATE_EPOCH=src");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    // {NAME} is the commit of that name, {NAME:12} its first digits.
    private void Build(string suffix)
    {
        suffix = System.Text.RegularExpressions.Regex.Replace(suffix, @"\{([^:}]+):?(\d*)\}", match =>
        {
            string commit = git.Git("-C", git.Work, "rev-parse", match.Groups[1].Value + "^{commit}");
            return match.Groups[2].Length > 0 ? commit[..int.Parse(match.Groups[2].Value)] : commit;
        });
        _build.Slip.Ok("build", "-t", "built", $"{git.Server.Address}/git/repo.git{suffix}");
    }

    /// <summary>One server and one repository for all of them; nobody changes what is there.</summary>
    public sealed class Repositories : IDisposable
    {
        private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("slipway-git-");
        private long _time = First;

        public Repositories()
        {
            Directory.CreateDirectory(Served);
            Server = new(_place.FullName) { Repositories = Served };
            Git("init", "-q", "-b", "main", Work);
            Commit("one", "module/Dockerfile", "FROM busybox\nCOPY inner /in\n", "module/inner", "deep", "file", "one", "Dockerfile", Dockerfile);
            Git("-C", Work, "tag", "light");
            Git("-C", Work, "-c", "user.name=a", "-c", "user.email=a@b.c", "tag", "-a", "v1", "-m", "first");
            Commit("two", "file", "two");
            Git("-C", Work, "branch", "side");
            Git("-C", Work, "branch", "a/b.c");
            Commit("three", "file", "three");
            File.CreateSymbolicLink(Path.Combine(Work, "link"), "/etc");
            Git("-C", Work, "checkout", "-q", "side");
            Commit("aside", "file", "aside");
            Git("-C", Work, "checkout", "-q", "main");
            Git("clone", "-q", "--bare", Work, Path.Combine(Served, "repo.git"));
        }

        internal FileServer Server { get; }

        /// <summary>The bare repositories.</summary>
        public string Served => Path.Combine(_place.FullName, "served");

        public string Work => Path.Combine(_place.FullName, "work");

        public void Dispose()
        {
            Server.Dispose();
            _place.Delete(recursive: true);
        }

        private void Commit(string message, params string[] files)
        {
            for (int i = 0; i < files.Length; i += 2)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Work, files[i]))!);
                File.WriteAllText(Path.Combine(Work, files[i]), files[i + 1]);
            }
            Git("-C", Work, "add", "-A");
            Git("-C", Work, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", message);
            _time++;
        }

        public string Git(params string[] args)
        {
            var start = new ProcessStartInfo(Needs.Program("git"), ["-c", "safe.directory=*", .. args]) { RedirectStandardOutput = true };
            start.Environment["GIT_COMMITTER_DATE"] = start.Environment["GIT_AUTHOR_DATE"] = $"@{_time} +0000";
            using var process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
    }
}
