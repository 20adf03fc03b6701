using System.Text;
using Slipway.Oci.Json;
using Xunit;

namespace Slipway.Oci.Tests.Json;

public class JsonReaderTests
{
    [Theory]
    [InlineData("", "read it: not valid JSON, or nested deeper than 64 (line 1, byte 1)")]
    [InlineData("\n\n {]", "read it: not valid JSON, or nested deeper than 64 (line 3, byte 3)")]
    [InlineData("null", "read it: it is null")]
    [InlineData("[]", "read it: expected an object, got a list")]
    [InlineData("7", "read it: expected an object, got 7")]
    [InlineData("{} {}", "read it: not valid JSON, or nested deeper than 64 (line 1, byte 4)")]
    [InlineData("""{"a":1} // no""", "read it: not valid JSON, or nested deeper than 64 (line 1, byte 9)")]
    [InlineData("""{"a":1,"a":1}""", "read it: a: it is there twice")]
    [InlineData("""{"text":null,"text":"x"}""", "read it: text: it is there twice")]
    [InlineData("""{"text":7}""", "read it: text: expected a string, got 7")]
    [InlineData("""{"text":{}}""", "read it: text: expected a string, got an object")]
    [InlineData("""{"text":"a\u0000b"}""", "read it: text: it has a NUL character")]
    [InlineData("""{"text":"\uD800"}""", "read it: text: it is not valid Unicode")]
    [InlineData("""{"texts":["a",["b"]]}""", "read it: texts[1]: expected a string, got a list")]
    [InlineData("""{"texts":[null]}""", "read it: texts[0]: it is null")]
    [InlineData("""{"texts":"a"}""", "read it: texts: expected a list, got \"a\"")]
    [InlineData("""{"map":{"a b":1}}""", "read it: map[\"a b\"]: expected a string, got 1")]
    [InlineData("""{"map":{"\u001b[31m":true}}""", "read it: map[\"?[31m\"]: expected a string, got true")]
    [InlineData("""{"map":{"a":"","a":""}}""", "read it: map.a: it is there twice")]
    [InlineData("""{"number":-1}""", "read it: number: expected a number from 0 to 4294967295, got -1")]
    [InlineData("""{"number":4294967296}""", "read it: number: expected a number from 0 to 4294967295, got 4294967296")]
    [InlineData("""{"number":1.0}""", "read it: number: expected a number from 0 to 4294967295, got 1.0")]
    [InlineData("""{"number":1e2}""", "read it: number: expected a number from 0 to 4294967295, got 1e2")]
    [InlineData("""{"number":"abc"}""", "read it: number: expected a number from 0 to 4294967295, got \"abc\"")]
    [InlineData("""{"number":123456789012345678901234567890123456789012345}""", "read it: number: expected a number from 0 to 4294967295, got 1234567890123456789012345678901234567890…")]
    [InlineData("""{"truth":0}""", "read it: truth: expected true or false, got 0")]
    [InlineData("""{"time":"yesterday"}""", "read it: time: expected a time, got \"yesterday\"")]
    public void Read_Faulty_SaysWhereAndWhy(string document, string message)
    {
        SlipwayException error = Assert.Throws<SlipwayException>(() => Read(Encoding.UTF8.GetBytes(document)));
        Assert.Equal(message, error.Message);
        Assert.Equal(ErrorKind.Corrupt, error.Kind);
    }

    [Fact]
    public void Read_BytesThatAreNotUtf8_AreRefused() =>
        Assert.Equal("read it: text: it is not valid Unicode", Assert.Throws<SlipwayException>(() => Read([.. "{\"text\":\""u8, 0xff, .. "\"}"u8])).Message);

    [Theory]
    [InlineData(62, true)]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(200_000, false)]
    public void Read_DeepDocument_IsRefusedBeyondTheBound(int depth, bool good)
    {
        byte[] document = Encoding.UTF8.GetBytes($$"""{"x":{{new string('[', depth)}}{{new string(']', depth)}}}""");
        if (good)
            Read(document);
        else
            Assert.StartsWith("read it: x: not valid JSON, or nested deeper than 64", Assert.Throws<SlipwayException>(() => Read(document)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LargeObject_FindsTheNameThatIsThereTwice()
    {
        string members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"n{i}\":\"\""));
        Assert.Equal(100_000, Read(Encoding.UTF8.GetBytes($$$"""{"map":{{{{members}}}}}"""))!.Count);
        foreach (int again in (int[])[0, 31, 32, 33, 99_999])
        {
            byte[] document = Encoding.UTF8.GetBytes($$$"""{"map":{{{{members}}},"n{{{again}}}":""}}""");
            Assert.Equal($"read it: map.n{again}: it is there twice", Assert.Throws<SlipwayException>(() => Read(document)).Message);
        }
    }

    [Fact]
    public void Read_UnknownMembers_AreSkipped() => Assert.Null(Read("""{"Text":1,"other":{"a":[{}],"b":"\u0000"},"text":null}"""u8.ToArray()));

    private static Dictionary<string, string>? Read(byte[] document)
    {
        Dictionary<string, string>? map = null;
        JsonReader.Read(document, "it", ErrorKind.Corrupt, (scoped ref JsonReader json) =>
        {
            if (!json.BeginObject())
                return null;
            while (json.NextMember(out string? name))
            {
                switch (name)
                {
                    case "text": json.Text(); break;
                    case "texts": json.Texts(); break;
                    case "map": map = json.StringMap(); break;
                    case "number": json.UInt32(); break;
                    case "truth": json.Boolean(); break;
                    case "time": json.Time(); break;
                    default: json.Skip(); break;
                }
            }
            return "";
        });
        return map;
    }
}
