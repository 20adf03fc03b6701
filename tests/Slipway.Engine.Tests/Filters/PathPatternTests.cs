using Slipway.Engine.Filters;
using Xunit;

namespace Slipway.Engine.Tests.Filters;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("*", "abc", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*c", "abc", true)]
    [InlineData("a*", "ab/c", false)]
    [InlineData("a*/b", "abc/b", true)]
    [InlineData("a*b*c*d*e*/f", "axbxcxdxe/f", true)]
    [InlineData("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false)]
    [InlineData("a*b?c*x", "abxbbxdbxebxczzx", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("ab[c]", "abc", true)]
    [InlineData("ab[b-d]", "abc", true)]
    [InlineData("ab[^b-d]", "abc", false)]
    [InlineData("ab[^e-g]", "abc", true)]
    [InlineData("a[^a]c", "a/c", false)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("[", "a", false)]
    [InlineData("[^", "a", false)]
    [InlineData("a[", "ab", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("busy*:1.*", "busybox:1.36", true)]
    public void Matches_AsGosPathMatch(string pattern, string name, bool expected) => Assert.Equal(expected, PathPattern.Matches(pattern, name));

    [Fact]
    public void Matches_ManyStars_IsNotSlow() => Assert.False(PathPattern.Matches(string.Concat(Enumerable.Repeat("*a", 2000)) + "b", new string('a', 5000)));
}
