using Slipway.Build.Dockerfile.Expansion;
using Xunit;

namespace Slipway.Build.Tests.Dockerfile;

public sealed class WordExpanderTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$v", "value")]
    [InlineData("${v}x", "valuex")]
    [InlineData("$vx", "")]
    [InlineData("a$", "a$")]
    [InlineData("$$", "")]
    [InlineData("\\$v", "$v")]
    [InlineData("\\\\$v", "\\value")]
    [InlineData("'$v'", "$v")]
    [InlineData("\"$v's\"", "value's")]
    [InlineData("\"a\\\"b\\c\\$v\"", "a\"b\\c$v")]
    [InlineData("${none:-d}", "d")]
    [InlineData("${empty:-d}", "d")]
    [InlineData("${empty-d}", "")]
    [InlineData("${none-$v}", "value")]
    [InlineData("${none:-${none:-deep}}", "deep")]
    [InlineData("${v:+yes}", "yes")]
    [InlineData("${empty:+yes}", "")]
    [InlineData("${empty+yes}", "yes")]
    [InlineData("${none+yes}", "")]
    [InlineData("${v:?no}", "value")]
    [InlineData("${path#*/}", "b/c.tar.gz")]
    [InlineData("${path##*/}", "c.tar.gz")]
    [InlineData("${path%.*}", "a/b/c.tar")]
    [InlineData("${path%%.*}", "a/b/c")]
    [InlineData("${path#x}", "a/b/c.tar.gz")]
    [InlineData("${path/b/X}", "a/X/c.tar.gz")]
    [InlineData("${path//[/X}", "a/b/c.tar.gz")]
    [InlineData("${path//?a/-}", "a/b/c.-r.gz")]
    [InlineData("${path//./_}", "a/b/c_tar_gz")]
    [InlineData("${path/.*/}", "a/b/c")]
    [InlineData("${star/\\*/x}", "axb*")]
    [InlineData("${star%\\*}", "a*b")]
    [InlineData("${none#x}", "")]
    public void Expand_Form_GivesShellsResult(string word, string expected) => Assert.Equal(expected, Expand(word));

    [Theory]
    [InlineData("'open")]
    [InlineData("\"open")]
    [InlineData("${v")]
    [InlineData("${")]
    [InlineData("${}")]
    [InlineData("${v:")]
    [InlineData("${v:-x")]
    [InlineData("${v;x}")]
    [InlineData("${none:?must be set}")]
    [InlineData("${none?}")]
    [InlineData("${v/x")]
    public void Expand_Malformed_Throws(string word) => Assert.Throws<ExpansionException>(() => Expand(word));

    [Fact]
    public void Expand_TenThousandDeep_IsRefused()
    {
        string word = string.Concat(Enumerable.Repeat("${A:-", 10_000)) + "x" + new string('}', 10_000);

        Assert.Throws<ExpansionException>(() => Expand(word));
    }

    [Fact]
    public void Expand_DoublingWithoutEnd_IsBounded()
    {
        string value = "x";

        Assert.Throws<ExpansionException>(() =>
        {
            for (int i = 0; i < 64; i++)
            {
                string last = value;
                value = new WordExpander('\\', _ => last).Expand("$a$a");
            }
        });
    }

    [Fact]
    public void Expand_CatastrophicPattern_StaysLinear()
    {
        string value = new('a', 50_000);

        Assert.Equal(value, new WordExpander('\\', _ => value).Expand("${v//" + string.Concat(Enumerable.Repeat("*a", 20)) + "b/x}"));
    }

    [Fact]
    public void Expand_ValueWithDollar_IsNotExpandedAgain() => Assert.Equal("$v", new WordExpander('\\', _ => "$v").Expand("$v"));

    [Fact]
    public void Expand_KeepEscapes_LeavesPatternEscapes() => Assert.Equal("\\[value*", new WordExpander('\\', Lookup).Expand("\\[$v*", QuoteMode.KeepEscapes));

    [Fact]
    public void Unset_AfterExpansion_NamesWhatWasMissing()
    {
        var expander = new WordExpander('\\', Lookup);
        expander.Expand("$none ${v} ${gone:-x}");

        Assert.Equal(["none"], expander.Unset);
    }

    private static string Expand(string word) => new WordExpander('\\', Lookup).Expand(word);

    private static string? Lookup(string name) => name switch
    {
        "v" => "value",
        "empty" => "",
        "path" => "a/b/c.tar.gz",
        "star" => "a*b*",
        _ => null,
    };
}
