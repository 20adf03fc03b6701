using System.Globalization;
using System.Text;
using System.Text.Json;
using Slipway.Oci;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Slipway.Engine.Devices;

/// <summary>YAML as the JSON that means the same, so that one reader reads both. Names for parts that are said once and meant twice (aliases) are refused.</summary>
internal static class YamlDocument
{
    private const int MaxDepth = 64;

    /// <param name="document">The text, UTF-8.</param>
    /// <param name="what">Its name in errors.</param>
    /// <exception cref="SlipwayException">InvalidArgument, with the line.</exception>
    public static byte[] ToJson(byte[] document, string what)
    {
        using var to = new MemoryStream();
        try
        {
            using var text = new StreamReader(new MemoryStream(document), new UTF8Encoding(false, throwOnInvalidBytes: true));
            var parser = new Parser(text);
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            using (var json = new Utf8JsonWriter(to))
                Write(parser, json, 0);
            parser.Consume<DocumentEnd>();
        }
        catch (YamlException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read {what}: line {e.Start.Line}: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read {what}: not UTF-8", e);
        }
        return to.ToArray();
    }

    private static void Write(Parser parser, Utf8JsonWriter json, int depth)
    {
        if (depth > MaxDepth)
            throw new YamlException(parser.Current!.Start, parser.Current.End, $"more than {MaxDepth} levels");
        if (parser.TryConsume<MappingStart>(out _))
        {
            json.WriteStartObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                json.WritePropertyName(parser.Consume<Scalar>().Value);
                Write(parser, json, depth + 1);
            }
            json.WriteEndObject();
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            json.WriteStartArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                Write(parser, json, depth + 1);
            json.WriteEndArray();
        }
        else
        {
            Write(parser.Consume<Scalar>(), json);
        }
    }

    // What has no quotes is a word or a number by how it looks (YAML 1.2, core schema; 0666 is octal as in 1.1).
    private static void Write(Scalar scalar, Utf8JsonWriter json)
    {
        string text = scalar.Value;
        if (scalar.Style is not ScalarStyle.Plain)
            json.WriteStringValue(text);
        else if (text is "" or "~" or "null" or "Null" or "NULL")
            json.WriteNullValue();
        else if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            json.WriteBooleanValue(char.ToLowerInvariant(text[0]) == 't');
        else if (NumberOf(text) is { } number)
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(text);
    }

    private static long? NumberOf(string text)
    {
        bool isOctal = text.Length > 1 && text[0] == '0' && (text[1] == 'o' || text.AsSpan(1).IndexOfAnyExceptInRange('0', '7') < 0);
        if (isOctal)
            return Octal(text.AsSpan(text[1] == 'o' ? 2 : 1));
        if (text.StartsWith("0x", StringComparison.Ordinal))
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex) ? hex : null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private static long? Octal(ReadOnlySpan<char> digits)
    {
        const int MostDigits = 20;
        if (digits.IsEmpty || digits.Length > MostDigits || digits.IndexOfAnyExceptInRange('0', '7') >= 0)
            return null;
        long value = 0;
        foreach (char digit in digits)
            value = (value * 8) + (digit - '0');
        return value;
    }
}
