using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Xunit;

namespace Slipway.Build.Tests.Context;

public sealed class PathPatternsTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b/a", false)]
    [InlineData("/a", "a", true)]
    [InlineData("a/", "a", true)]
    [InlineData("./a/../b", "b", true)]
    [InlineData("a", "a/b/c", true)]
    [InlineData("*.txt", "x.txt", true)]
    [InlineData("*.txt", "d/x.txt", false)]
    [InlineData("**/*.txt", "x.txt", true)]
    [InlineData("**/*.txt", "d/e/x.txt", true)]
    [InlineData("**/foo/bar", "foo/bar", true)]
    [InlineData("**/foo/bar", "a/xfoo/bar", false)]
    [InlineData("a/**", "a/b", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("*\n!keep", "keep", false)]
    [InlineData("*\n!keep", "drop", true)]
    [InlineData("!keep\n*", "keep", true)]
    [InlineData("d\n!d/keep", "d/keep", false)]
    [InlineData("d\n!d/keep", "d/drop", true)]
    [InlineData("d\n!d/keep", "d/keep/below", false)]
    [InlineData("**/x\n!d", "d/x", true)]
    [InlineData("d\n!d", "d/x", false)]
    [InlineData("**/x\n!d/*", "d/x", false)]
    [InlineData("# a\n\n   b   ", "b", true)]
    [InlineData("# a", "a", false)]
    [InlineData(" #a", "#a", true)]
    [InlineData("! keep", "keep", false)]
    [InlineData("..\n../x", "x", false)]
    public void Judge_Rules_DecidesAsDocker(string rules, string path, bool ignored) => Assert.Equal(ignored, Parse(rules).Judge(path).IsMatch);

    [Theory]
    [InlineData("ok\n[", 2)]
    [InlineData("!", 1)]
    [InlineData("a\\", 1)]
    [InlineData("[]", 1)]
    public void Parse_MalformedRule_NamesLine(string rules, int line) => Assert.Equal(line, Assert.Throws<DockerfileException>(() => Parse(rules)).Lines.First);

    [Fact]
    public void Judge_CatastrophicGlobs_StaysLinear()
    {
        PathPatterns rules = Parse(string.Join('\n', Enumerable.Repeat(string.Concat(Enumerable.Repeat("**/*a", 100)) + "b", 1)));

        Assert.False(rules.Judge(string.Concat(Enumerable.Repeat("aaaaaaaaaa/", 30)) + "c").IsMatch);
    }

    [Fact]
    public void FileNames_AnyBytes_RoundTrip()
    {
        byte[] name = [0x61, 0xff, 0xc3, 0xa9, 0xed, 0xb2, 0x80, 0xf0, 0x9f, 0x98, 0x80, 0xc3];

        Assert.Equal(name, FileNames.Encode(FileNames.Decode(name)));
    }

    private static PathPatterns Parse(string text) => PathPatterns.Parse(new DockerfileSource(".dockerignore", text));
}
