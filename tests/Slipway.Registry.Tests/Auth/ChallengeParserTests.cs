using Slipway.Registry.Auth;
using Xunit;

namespace Slipway.Registry.Tests.Auth;

/// <summary>H-reg 18 of the security catalogue.</summary>
public sealed class ChallengeParserTests
{
    [Fact]
    public void Parse_OfABearerChallenge_GivesItsParameters()
    {
        Challenge challenge = Assert.Single(ChallengeParser.Parse(["Bearer realm=\"https://auth.example/token\",service=\"registry\",scope=\"repository:a/b:pull,push\""]));
        Assert.Equal("bearer", challenge.Scheme);
        Assert.Equal("https://auth.example/token", challenge["realm"]);
        Assert.Equal("repository:a/b:pull,push", challenge["scope"]);
    }

    [Fact]
    public void Parse_OfSeveralInOneHeader_TellsThemApart()
    {
        IReadOnlyList<Challenge> found = ChallengeParser.Parse(["Basic realm=\"a, b\", Bearer realm=\"q\\\"uoted\" , service=plain", "Negotiate"]);
        Assert.Equal(["basic", "bearer", "negotiate"], found.Select(c => c.Scheme));
        Assert.Equal("a, b", found[0]["realm"]);
        Assert.Equal("q\"uoted", found[1]["realm"]);
        Assert.Equal("plain", found[1]["service"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",,, ,")]
    [InlineData("=")]
    [InlineData("\"\"")]
    [InlineData("Bearer realm=\"never ends")]
    [InlineData("Bearer realm=\"a\\")]
    [InlineData("Bearer realm=a,realm=b")]
    public void Parse_OfNonsense_FindsNothing(string header) => Assert.Empty(ChallengeParser.Parse([header]));

    [Fact]
    public void Parse_OfAHundredChallenges_IsBounded()
    {
        Assert.Equal(16, ChallengeParser.Parse([string.Join(", ", Enumerable.Range(0, 100).Select(i => $"S{i} a=b"))]).Count);
        Assert.Empty(ChallengeParser.Parse([new string('x', 10_000)]));
    }
}
