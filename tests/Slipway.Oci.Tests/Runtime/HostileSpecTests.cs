using System.Text;
using System.Text.Json;
using Slipway.Oci.Runtime;
using Xunit;

namespace Slipway.Oci.Tests.Runtime;

/// <summary>Whatever stands in a config.json: it is read, or refused with the place, and nothing else happens.</summary>
public class HostileSpecTests
{
    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "65536", "4294967296", "-2147483649", "18446744073709551616", "\"\"", "\"x\"", "\"\\u0000\"",
        "\"\\ud800\"", "[]", "[null]", "[[]]", "[{}]", "[7]", "[\"x\"]", "{}", "{\"x\":null}", "{\"x\":7}", "{\"x\":{}}", "{\"path\":[]}",
    ];

    [Fact]
    public void Read_EveryValueReplacedByEveryOther_IsReadOrRefusedWithItsPath()
    {
        int refused = 0;
        byte[] original = Encoding.UTF8.GetBytes(FullSpec.Json);
        foreach ((Range range, string path) in Values(original))
        {
            foreach (string value in s_values)
            {
                if (Fault([.. original[..range.Start], .. Encoding.UTF8.GetBytes(value), .. original[range.End..]]) is not { } message)
                    continue;
                refused++;
                Assert.StartsWith($"read it: {path}", message, StringComparison.Ordinal);
            }
        }
        Assert.True(refused > 3_000, $"only {refused} were refused");
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        byte[] document = Encoding.UTF8.GetBytes(FullSpec.Json);
        for (int length = 0; length < document.Length; length++)
            Assert.NotNull(Fault(document[..length]));
    }

    [Fact]
    public void Read_BytesChangedAtRandom_IsReadOrRefused()
    {
        var random = new Random(1);
        byte[] original = Encoding.UTF8.GetBytes(FullSpec.Json);
        int refused = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] document = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
                document[random.Next(document.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:0e\\\u0000-tn"[random.Next(14)];
            refused += Fault(document) is null ? 0 : 1;
        }
        Assert.True(refused > 2_500, $"only {refused} were refused");
    }

    // Any other exception than ours fails the test.
    private static string? Fault(byte[] document)
    {
        try
        {
            RuntimeSpecJson.Read(document, "it");
            return null;
        }
        catch (SlipwayException e)
        {
            Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
            Assert.DoesNotContain(e.Message, char.IsControl);
            return e.Message;
        }
    }

    // Every value of a document: where it stands, and its path as we expect it in an error.
    private static List<(Range Range, string Path)> Values(byte[] document)
    {
        var found = new List<(Range, string)>();
        var reader = new Utf8JsonReader(document);
        reader.Read();
        Walk(ref reader, "", found);
        return found;
    }

    private static void Walk(ref Utf8JsonReader reader, string path, List<(Range, string)> found)
    {
        int start = (int)reader.TokenStartIndex, index = 0;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                reader.Read();
                bool plain = name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c));
                Walk(ref reader, !plain ? $"{path}[\"{name}\"]" : path.Length == 0 ? name : $"{path}.{name}", found);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                Walk(ref reader, $"{path}[{index++}]", found);
        }
        if (path.Length > 0)
            found.Add((start..(int)reader.BytesConsumed, path));
    }
}
