using System.Text;
using Slipway.Api.Wire;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class JsonFaultTests
{
    [Theory]
    [InlineData("{invalid", "invalid character 'i' looking for beginning of object key string")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 2}", "invalid character '2' after object key:value pair")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("[1}", "invalid character '}' after array element")]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("trie", "invalid character 'i' in literal true (expecting 'u')")]
    [InlineData("-x", "invalid character 'x' in numeric literal")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("1ex", "invalid character 'x' in exponent of numeric literal")]
    [InlineData("{\"a\":", "unexpected EOF")]
    [InlineData("{\"a", "unexpected EOF")]
    [InlineData("[[[[1]]]]", "exceeded max depth")]
    public void Of_WhatIsNoJson_IsGosSentence(string text, string fault) => Assert.Equal(fault, JsonFault.Of(Encoding.UTF8.GetBytes(text), 3));

    [Theory]
    [InlineData("""{"a":[1,-2.5e3,true,false,null,"\u00e9\\"],"b":{}}""")]
    [InlineData(" [] ")]
    public void Of_WhatIsJson_IsNothing(string text) => Assert.Null(JsonFault.Of(Encoding.UTF8.GetBytes(text), 3));

    [Theory]
    [InlineData("{} more", true)]
    [InlineData("{}{}", true)]
    [InlineData("{} ", false)]
    [InlineData("{", false)]
    public void HasMore_AfterAValue_IsSeen(string text, bool more) => Assert.Equal(more, JsonFault.HasMore(Encoding.UTF8.GetBytes(text), 3));
}
