using System.Text.Json;

namespace Slipway.Oci.Json;

/// <content>Values by their kind. Each is null where the document says null, and an error where it has another kind or does not fit.</content>
public ref partial struct JsonReader
{
    /// <summary>A string.</summary>
    public readonly string? String() => _reader.TokenType switch
    {
        JsonTokenType.String => Decode(),
        JsonTokenType.Null => null,
        _ => throw Expected("a string"),
    };

    /// <summary>A string that goes to the kernel: without NUL, at which the kernel would cut it.</summary>
    public readonly string? Text()
    {
        string? text = String();
        return text is null || !text.Contains('\0', StringComparison.Ordinal) ? text : throw Error("it has a NUL character");
    }

    /// <summary>A truth value.</summary>
    public readonly bool? Boolean() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw Expected("true or false"),
    };

    /// <summary>A whole number.</summary>
    public readonly ushort? UInt16() => (ushort?)Integer(0, ushort.MaxValue);

    /// <inheritdoc cref="UInt16"/>
    public readonly int? Int32() => (int?)Integer(int.MinValue, int.MaxValue);

    /// <inheritdoc cref="UInt16"/>
    public readonly uint? UInt32() => (uint?)Integer(0, uint.MaxValue);

    /// <inheritdoc cref="UInt16"/>
    public readonly long? Int64() => Integer(long.MinValue, long.MaxValue);

    /// <inheritdoc cref="UInt16"/>
    public readonly ulong? UInt64()
    {
        if (_reader.TokenType == JsonTokenType.Null)
            return null;
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt64(out ulong value) ? value : throw Expected($"a number from 0 to {ulong.MaxValue}");
    }

    /// <summary>A moment, as RFC 3339 writes it.</summary>
    public readonly DateTimeOffset? Time()
    {
        if (_reader.TokenType == JsonTokenType.Null)
            return null;
        return _reader.TokenType == JsonTokenType.String && _reader.TryGetDateTimeOffset(out DateTimeOffset value) ? value : throw Expected("a time");
    }

    /// <summary>A content's digest.</summary>
    public readonly Oci.Digest? Digest()
    {
        if (_reader.TokenType == JsonTokenType.Null)
            return null;
        return _reader.TokenType == JsonTokenType.String && Oci.Digest.TryParse(Decode(), out Oci.Digest value)
            ? value
            : throw Expected("sha256: and 64 lower-case hexadecimal digits");
    }

    /// <summary>A list; none of its elements may be null.</summary>
    public List<T>? List<T>(JsonRead<T?> element)
        where T : class
    {
        if (!Enter(JsonTokenType.StartArray, "a list"))
            return null;
        Push(-1);
        var list = new List<T>();
        while (NextElement())
            list.Add(element(ref this) ?? throw Error("it is null"));
        return list;
    }

    /// <summary>A list of strings that go to the kernel.</summary>
    public List<string>? Texts() => List(static (scoped ref JsonReader json) => json.Text());

    /// <summary>A list of strings.</summary>
    public List<string>? Strings() => List(static (scoped ref JsonReader json) => json.String());

    /// <summary>A list of numbers.</summary>
    public List<uint>? UInt32s() => Values(static (scoped ref JsonReader json) => json.UInt32());

    /// <summary>A list of times.</summary>
    public List<DateTimeOffset>? Times() => Values(static (scoped ref JsonReader json) => json.Time());

    /// <summary>A list of digests.</summary>
    public List<Oci.Digest>? Digests() => Values(static (scoped ref JsonReader json) => json.Digest());

    /// <summary>An object whose names are the document's own; none of its values may be null.</summary>
    public Dictionary<string, T>? Map<T>(JsonRead<T?> value)
        where T : class
    {
        if (!BeginObject())
            return null;
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        while (NextMember(out string? name))
            map.Add(name, value(ref this) ?? throw Error("it is null"));
        return map;
    }

    /// <summary>An object of strings.</summary>
    public Dictionary<string, string>? StringMap() => Map(static (scoped ref JsonReader json) => json.String());

    /// <summary>An object of strings that go to the kernel.</summary>
    public Dictionary<string, string>? TextMap() => Map(static (scoped ref JsonReader json) => json.Text());

    private List<T>? Values<T>(JsonRead<T?> element)
        where T : struct
    {
        if (!Enter(JsonTokenType.StartArray, "a list"))
            return null;
        Push(-1);
        var list = new List<T>();
        while (NextElement())
            list.Add(element(ref this) ?? throw Error("it is null"));
        return list;
    }

    private readonly long? Integer(long min, long max)
    {
        if (_reader.TokenType == JsonTokenType.Null)
            return null;
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value) && value >= min && value <= max
            ? value
            : throw Expected($"a number from {min} to {max}");
    }

    private readonly string Decode()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("it is not valid Unicode");
        }
    }
}
