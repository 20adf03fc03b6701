using System.Globalization;

namespace Slipway.Oci.Json;

/// <content>Members by the kind of their value; nothing where that is null.</content>
public sealed partial class JsonWriter
{
    /// <summary>A string.</summary>
    public void Write(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        Name(name);
        String(value);
    }

    /// <summary>A truth value.</summary>
    public void Write(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is null)
            return;
        Name(name);
        Boolean(value.Value);
    }

    /// <summary>A number.</summary>
    public void Write(ReadOnlySpan<byte> name, long? value)
    {
        if (value is null)
            return;
        Name(name);
        Number(value.Value);
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, long?)"/>
    public void Write(ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is null)
            return;
        Name(name);
        Number(value.Value);
    }

    /// <summary>A moment, as RFC 3339 writes it.</summary>
    public void Write(ReadOnlySpan<byte> name, DateTimeOffset? value) => Write(name, value?.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>A content's digest.</summary>
    public void Write(ReadOnlySpan<byte> name, Digest? value) => Write(name, value?.ToString());

    /// <summary>A list of strings.</summary>
    public void Write(ReadOnlySpan<byte> name, IReadOnlyList<string>? values) => Values(name, values, static (json, value) => json.String(value));

    /// <summary>A list of numbers.</summary>
    public void Write(ReadOnlySpan<byte> name, IReadOnlyList<uint>? values) => Values(name, values, static (json, value) => json.Number((ulong)value));

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, IReadOnlyList{uint}?)"/>
    public void Write(ReadOnlySpan<byte> name, IReadOnlyList<ulong>? values) => Values(name, values, static (json, value) => json.Number(value));

    /// <summary>An object of numbers.</summary>
    public void Write(ReadOnlySpan<byte> name, IReadOnlyDictionary<string, ulong>? values)
    {
        if (values is null)
            return;
        Name(name);
        Object(values, static (json, all) =>
        {
            foreach ((string key, ulong value) in all)
            {
                json.Name(key);
                json.Number(value);
            }
        });
    }

    /// <summary>An object of strings.</summary>
    public void Write(ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string>? values)
    {
        if (values is null)
            return;
        Name(name);
        Object(values, static (json, all) => json.Members(all));
    }

    /// <summary>An object with these members.</summary>
    public void Write<T>(ReadOnlySpan<byte> name, T? value, Action<JsonWriter, T> members)
        where T : class
    {
        if (value is null)
            return;
        Name(name);
        Object(value, members);
    }

    /// <summary>A list of objects.</summary>
    public void Write<T>(ReadOnlySpan<byte> name, IReadOnlyList<T>? values, Action<JsonWriter, T> members)
        where T : class
    {
        if (values is null)
            return;
        Name(name);
        List(values, members);
    }

    /// <summary>An object whose names are data, each an object.</summary>
    public void Write<T>(ReadOnlySpan<byte> name, IReadOnlyDictionary<string, T>? values, Action<JsonWriter, T> members)
        where T : class
    {
        if (values is null)
            return;
        Name(name);
        Open((byte)'{');
        foreach ((string key, T value) in values)
        {
            Name(key);
            Object(value, members);
        }
        Close((byte)'}');
    }

    /// <summary>Members whose names are data.</summary>
    public void Members(IReadOnlyDictionary<string, string> values)
    {
        foreach ((string key, string value) in values)
        {
            Name(key);
            String(value);
        }
    }

    private void Values<T>(ReadOnlySpan<byte> name, IReadOnlyList<T>? values, Action<JsonWriter, T> write)
    {
        if (values is null)
            return;
        Name(name);
        Open((byte)'[');
        for (int i = 0; i < values.Count; i++)
            write(this, values[i]);
        Close((byte)']');
    }
}
