using Slipway.Api.Http2;
using Xunit;

namespace Slipway.Api.Tests.Http2;

public sealed class HeaderBlockTests
{
    // RFC 7541, C.6.1: packed texts, and names of the standard's table.
    [Fact]
    public void Read_OfTheStandardsExample_GivesItsTexts()
    {
        byte[] block = Convert.FromHexString("488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3");
        Assert.Equal(
            [new(":status", "302"), new("", "private"), new("", "Mon, 21 Oct 2013 20:13:21 GMT"), new("", "https://www.example.com")],
            HeaderBlock.Read(block));
    }

    [Fact]
    public void Read_OfWhatWasWritten_GivesItBack_AlsoNamesThatComeTwice()
    {
        KeyValuePair<string, string>[] headers = [new(":path", "/x"), new("followpaths", "a"), new("followpaths", "b, c"), new("long", new string('x', 40_000)), new("empty", "")];
        Assert.Equal(headers, HeaderBlock.Read(HeaderBlock.Write(headers)));
    }

    [Theory]
    [InlineData("80")] // the index 0
    [InlineData("be")] // an index of a table that there is not
    [InlineData("ff")] // a number that is cut off
    [InlineData("7fffffffff7f")] // and one too large
    [InlineData("0005")] // a name that is cut off
    [InlineData("0001610a62")] // a value that is
    [InlineData("3fe11f")] // a table that was refused
    [InlineData("0001618100")] // a packed text that ends within a character
    [InlineData("00016184ffffffff")] // and one with the end symbol
    public void Read_OfNoBlock_IsRefused(string hex) => Assert.Throws<Http2Exception>(() => HeaderBlock.Read(Convert.FromHexString(hex)));

    [Fact]
    public void Read_OfAnything_GivesHeadersOrRefuses()
    {
        var random = new Random(20);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] block = new byte[random.Next(1, 40)];
            random.NextBytes(block);
            try
            {
                HeaderBlock.Read(block);
            }
            catch (Http2Exception)
            {
            }
        }
    }
}
