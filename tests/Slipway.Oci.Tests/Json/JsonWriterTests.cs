using System.Text;
using System.Text.Json;
using Slipway.Oci.Json;
using Xunit;

namespace Slipway.Oci.Tests.Json;

public class JsonWriterTests
{
    [Fact]
    public void Document_EveryKind_IsAsExpected() =>
        Assert.Equal(
            """{"s":"a+b","t":true,"l":-9223372036854775808,"u":18446744073709551615,"at":"2024-01-02T03:04:05.0060000+00:00","ls":["a","b"],"lu":[1,2],"none":[],"o":{"x":"y"},"lo":[{"x":"1"},{"x":"2"}],"m":{"k":"v"},"last":"z"}""",
            Text(json =>
            {
                json.Write("s"u8, "a+b");
                json.Write("nothing"u8, (string?)null);
                json.Write("t"u8, true);
                json.Write("l"u8, long.MinValue);
                json.Write("u"u8, ulong.MaxValue);
                json.Write("at"u8, new DateTimeOffset(2024, 1, 2, 3, 4, 5, 6, TimeSpan.Zero));
                json.Write("ls"u8, ["a", "b"]);
                json.Write("lu"u8, (IReadOnlyList<uint>)[1, 2]);
                json.Write("none"u8, (IReadOnlyList<string>)[]);
                json.Write("o"u8, "y", Member);
                json.Write("lo"u8, (IReadOnlyList<string>)["1", "2"], Member);
                json.Write("m"u8, new Dictionary<string, string> { ["k"] = "v" });
                json.Write("last"u8, "z");
            }));

    [Fact]
    public void Write_EveryCharacter_ComesBack()
    {
        var all = new StringBuilder();
        for (int i = 0; i <= 0x10ffff; i++)
        {
            if (i is < 0xd800 or > 0xdfff)
                all.Append(char.ConvertFromUtf32(i));
        }
        using JsonDocument document = JsonDocument.Parse(Text(json => json.Write("s"u8, all.ToString())));
        Assert.True(document.RootElement.GetProperty("s").ValueEquals(all.ToString()));
    }

    [Fact]
    public void Write_HalfASurrogatePair_BecomesTheReplacementCharacter() =>
        Assert.Equal("{\"s\":\"a\uFFFDb\"}", Text(json => json.Write("s"u8, "a\uD800b")));

    private static void Member(JsonWriter json, string value) => json.Write("x"u8, value);

    private static string Text(Action<JsonWriter> members) => Encoding.UTF8.GetString(JsonWriter.Document(members, static (json, write) => write(json)));
}
