using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Slipway.Oci;

namespace Slipway.Store.Images;

/// <summary>Reads documents from strangers: bounded, and a malformed one becomes an error that names it.</summary>
internal static class StrictJson
{
    private const int MaxDepth = 64;

    /// <summary>Parses a document of at most <paramref name="maxBytes"/>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: too large, or not what the type wants.</exception>
    public static T Read<T>(byte[] bytes, JsonTypeInfo<T> type, string what, int maxBytes)
        where T : class
    {
        RequireSize(bytes, what, maxBytes);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"read {what}: it is null");
        }
        catch (JsonException e)
        {
            throw Malformed(what, e);
        }
    }

    /// <summary>The names at the top of an object, as they stand there.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: too large, too deep or malformed.</exception>
    public static List<string> TopLevelNames(byte[] bytes, string what, int maxBytes)
    {
        RequireSize(bytes, what, maxBytes);
        try
        {
            var names = new List<string>();
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                    names.Add(reader.GetString()!);
            }
            return names;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed(what, e);
        }
    }

    private static void RequireSize(byte[] bytes, string what, int maxBytes)
    {
        if (bytes.Length > maxBytes)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read {what}: {bytes.Length} bytes are more than the {maxBytes} allowed");
    }

    // The parser's sentence may quote the document: one line of it, made printable.
    private static SlipwayException Malformed(string what, Exception e) =>
        new(ErrorKind.InvalidArgument, $"read {what}: {Linux.Printable.Escape(e.Message)}", e);
}
