using System.Diagnostics;
using Slipway.Build.Provenance;
using Xunit;

namespace Slipway.Build.Tests.Provenance;

/// <summary>Our reading of a repository against git's own.</summary>
public sealed class GitCheckoutTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("slipway-git-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("gc -q")]
    [InlineData("pack-refs --all")]
    [InlineData("repack -q -a -d --depth=50 --window=50")]
    [InlineData("checkout -q --detach HEAD~2")]
    public void Find_Repository_SaysWhatGitSays(string command)
    {
        string repository = Make();
        if (command.Length > 0)
            Git(repository, command.Split(' '));

        GitCheckout found = GitCheckout.Find(Path.Join(repository, "deep/er"))!;

        Assert.Equal(Git(repository, "rev-parse", "HEAD"), found.Commit);
        Assert.Equal(long.Parse(Git(repository, "log", "-1", "--format=%ct")), found.Time.ToUnixTimeSeconds());
        Assert.Equal("https://example.org/me/repo.git", found.Remote);
    }

    [Fact]
    public void Find_LinkedWorkTree_IsRead()
    {
        string repository = Make(), linked = Path.Join(_root, "linked");
        Git(repository, "worktree", "add", "-q", linked, "HEAD~1");

        Assert.Equal(Git(linked, "rev-parse", "HEAD"), GitCheckout.Find(linked)!.Commit);
    }

    [Theory]
    [InlineData("gitdir: /etc\n")]
    [InlineData("gitdir: ../../../../../../../../etc\n")]
    [InlineData("nonsense")]
    public void Find_PointerThatNobodyPointsBackTo_IsNotFollowed(string pointer)
    {
        string place = Directory.CreateDirectory(Path.Join(_root, "tree")).FullName;
        File.WriteAllText(Path.Join(place, ".git"), pointer);

        Assert.Null(GitCheckout.Find(place));
    }

    [Theory]
    [InlineData("ref: ../../../../etc/passwd\n")]
    [InlineData("ref: refs/../../../etc/passwd\n")]
    [InlineData("ref: refs/heads/loop\n")]
    [InlineData("0123\n")]
    [InlineData("")]
    public void Find_HostileHead_IsNothing(string head)
    {
        string git = Directory.CreateDirectory(Path.Join(_root, "tree/.git/refs/heads")).FullName;
        File.WriteAllText(Path.Join(_root, "tree/.git/HEAD"), head);
        File.WriteAllText(Path.Join(git, "loop"), "ref: refs/heads/loop\n");

        Assert.Null(GitCheckout.Find(Path.Join(_root, "tree")));
    }

    [Fact]
    public void Find_DamagedPack_IsNothing_AndEnds()
    {
        string repository = Make();
        Git(repository, "gc", "-q");
        var random = new Random(7);
        foreach (string file in Directory.GetFiles(Path.Join(repository, ".git/objects/pack")))
        {
            byte[] bytes = File.ReadAllBytes(file);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            for (int i = 0; i < bytes.Length / 20; i++)
                bytes[random.Next(8, bytes.Length)] ^= (byte)random.Next(256);
            File.WriteAllBytes(file, bytes);
        }

        _ = GitCheckout.Find(repository);
    }

    [Theory]
    [InlineData("https://user:pass@example.org/r.git", "https://example.org/r.git")]
    [InlineData("ssh://git:pw@example.org/r", "ssh://git@example.org/r")]
    [InlineData("git@example.org:me/r.git", "git@example.org:me/r.git")]
    [InlineData("/home/me/r", null)]
    public void Find_Remote_HasNoPassword(string url, string? expected)
    {
        string repository = Make();
        Git(repository, "config", "remote.origin.url", url);

        Assert.Equal(expected, GitCheckout.Find(repository)!.Remote);
    }

    // Commits alike enough for git to store most of them as differences.
    private string Make()
    {
        string repository = Directory.CreateDirectory(Path.Join(_root, "repository")).FullName;
        Git(repository, "init", "-q", "-b", "main");
        Git(repository, "remote", "add", "origin", "https://example.org/me/repo.git");
        Directory.CreateDirectory(Path.Join(repository, "deep/er"));
        for (int i = 0; i < 12; i++)
        {
            File.WriteAllText(Path.Join(repository, "deep/er/file"), i.ToString());
            Git(repository, "add", "-A");
            Git(repository, "-c", "user.name=me", "-c", "user.email=me@example.org", "commit", "-q", "-m", $"change {i}\n\n" + new string('x', 3000));
        }
        return repository;
    }

    private static string Git(string directory, params string[] args)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/git"), "git is not installed");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/git", ["-c", "safe.directory=*", "-C", directory, .. args]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
