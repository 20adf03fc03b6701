using System.Text;
using Slipway.Api.Wire;
using Xunit;

namespace Slipway.Api.Tests.Wire;

public sealed class JsonInputTests
{
    [Fact]
    public void Members_InAnotherCase_AreFoundAsGoFindsThem()
    {
        JsonInput json = Parse("""{"image":"x","TTY":true,"Env":null,"hostconfig":{"memory":5},"Cmd":"one"}""");
        Assert.Equal("x", json.Text("Image"));
        Assert.True(json.Flag("Tty"));
        Assert.Null(json.Texts("Env"));
        Assert.Equal(5, json.Object("HostConfig").Long("Memory"));
        Assert.Equal(["one"], json.Texts("Cmd"));
        Assert.Null(json.Text("Missing"));
    }

    [Theory]
    [InlineData("""{"HostConfig":{"Memory":"5"}}""", "HostConfig.Memory")]
    [InlineData("""{"HostConfig":{"Memory":1.5}}""", "HostConfig.Memory")]
    [InlineData("""{"HostConfig":{"Memory":99999999999999999999}}""", "HostConfig.Memory")]
    [InlineData("""{"HostConfig":[]}""", "HostConfig")]
    public void Values_OfAnotherKind_AreRefusedByTheirPath(string text, string path)
    {
        var error = Assert.Throws<ApiException>(() => Parse(text).Object("HostConfig").Long("Memory"));
        Assert.Equal(400, error.Status);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"a":1}{"b":2}""")]
    public void Parse_WhatIsNoObject_IsRefused(string text) => Assert.Equal(400, Assert.Throws<ApiException>(() => Parse(text)).Status);

    [Fact]
    public void Parse_TooDeep_IsRefused() =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => Parse(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000))).Status);

    [Theory]
    [InlineData("{\"Image\":\"a\\u0000b\"}")]
    [InlineData("{\"Image\":\"\\ud800\"}")]
    public void Text_ThatTheKernelWouldCut_IsRefused(string text) => Assert.Equal(400, Assert.Throws<ApiException>(() => Parse(text).Text("Image")).Status);

    private static JsonInput Parse(string text) => JsonBody.Parse(Encoding.UTF8.GetBytes(text));
}
