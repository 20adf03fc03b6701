using Slipway.Build.Fetching;
using Xunit;

namespace Slipway.Build.Tests.Fetching;

public sealed class GitReferenceTests
{
    [Theory]
    [InlineData("https://host/repo.git", "https://host/repo.git", null, null)]
    [InlineData("https://host/repo.git#main", "https://host/repo.git", "main", null)]
    [InlineData("https://host/repo.git#v1:sub/dir", "https://host/repo.git", "v1", "sub/dir")]
    [InlineData("https://host/repo.git#:sub", "https://host/repo.git", null, "sub")]
    [InlineData("git@host:me/repo.git#x", "git@host:me/repo.git", "x", null)]
    [InlineData("ssh://git@host/repo", "ssh://git@host/repo", null, null)]
    [InlineData("https://host/repo.git?ref=a&subdir=b", "https://host/repo.git", "a", "b")]
    [InlineData("https://host/repo.git?tag=v1", "https://host/repo.git", "refs/tags/v1", null)]
    [InlineData("https://host/repo.git?branch=b", "https://host/repo.git", "refs/heads/b", null)]
    public void TryParse_Repository_IsRead(string text, string remote, string? reference, string? subdirectory)
    {
        GitReference parsed = GitReference.TryParse(text)!;

        Assert.Equal((remote, reference, subdirectory), (parsed.Remote, parsed.Ref, parsed.Subdirectory));
    }

    [Theory]
    [InlineData("dir/file")]
    [InlineData("https://host/file.tar")]
    [InlineData("./git@host:x")]
    public void TryParse_SomethingElse_IsNull(string text) => Assert.Null(GitReference.TryParse(text));

    // CVE-2019-13139 and its kin: nothing may look like an option, or lead out.
    [Theory]
    [InlineData("https://host/repo.git#--upload-pack=x")]
    [InlineData("https://host/repo.git#-c")]
    [InlineData("https://host/repo.git?ref=--upload-pack%3Dx")]
    [InlineData("https://host/repo.git#main:../../etc")]
    [InlineData("https://host/repo.git?subdir=a/../../b")]
    [InlineData("https://host/repo.git#a..b")]
    [InlineData("https://host/repo.git#a b")]
    [InlineData("https://host/repo.git?checksum=xyz")]
    [InlineData("https://host/repo.git?nope=1")]
    [InlineData("https://host/repo.git?ref=a&ref=b")]
    [InlineData("https://host/repo.git?ref=a#b")]
    public void TryParse_Hostile_IsRefused(string text) => Assert.Throws<FormatException>(() => GitReference.TryParse(text));
}
