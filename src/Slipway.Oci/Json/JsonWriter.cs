using System.Globalization;
using System.Text;

namespace Slipway.Oci.Json;

/// <summary>
/// Writes a JSON document without white space, member by member. A member whose value is null is left out. Only what must be escaped is
/// (RFC 8259, section 7): <c>+</c> in a media type stays <c>+</c>.
/// </summary>
public sealed partial class JsonWriter
{
    private const int FirstSize = 4096, LongestNumber = 24, LongestEscape = 6;

    private byte[] _buffer = new byte[FirstSize];
    private int _length;

    // Whether a value stands before the place where we are, in the same object or list.
    private bool _follows;

    /// <summary>A document that is an object with these members.</summary>
    public static byte[] Document<T>(T value, Action<JsonWriter, T> members)
    {
        var json = new JsonWriter();
        json.Object(value, members);
        return json._buffer.AsSpan(0, json._length).ToArray();
    }

    /// <summary>A document that is a list of objects.</summary>
    public static byte[] Document<T>(IReadOnlyList<T> values, Action<JsonWriter, T> members)
    {
        var json = new JsonWriter();
        json.List(values, members);
        return json._buffer.AsSpan(0, json._length).ToArray();
    }

    /// <summary>Begins a member; its value comes next.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        Separate(name.Length + 3);
        Put((byte)'"');
        name.CopyTo(_buffer.AsSpan(_length));
        _length += name.Length;
        Put((byte)'"');
        Put((byte)':');
        _follows = false;
    }

    /// <summary>Begins a member whose name is data.</summary>
    public void Name(string name)
    {
        String(name);
        Put((byte)':');
        _follows = false;
    }

    /// <summary>A value that is an object.</summary>
    public void Object<T>(T value, Action<JsonWriter, T> members)
    {
        Open((byte)'{');
        members(this, value);
        Close((byte)'}');
    }

    /// <summary>A value that is a list of objects.</summary>
    public void List<T>(IReadOnlyList<T> values, Action<JsonWriter, T> members)
    {
        Open((byte)'[');
        for (int i = 0; i < values.Count; i++)
            Object(values[i], members);
        Close((byte)']');
    }

    private void Open(byte bracket)
    {
        Separate(1);
        Put(bracket);
        _follows = false;
    }

    private void Close(byte bracket)
    {
        Reserve(1);
        Put(bracket);
        _follows = true;
    }

    private void Number(long value)
    {
        Separate(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    private void Number(ulong value)
    {
        Separate(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    private void Boolean(bool value)
    {
        Separate(LongestNumber);
        ReadOnlySpan<byte> text = value ? "true"u8 : "false"u8;
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void String(string value)
    {
        // With room for the colon of a name.
        Separate(checked(value.Length * LongestEscape) + 3);
        Put((byte)'"');
        for (int i = 0; i < value.Length;)
        {
            if (value[i] < 0x80)
            {
                Ascii((byte)value[i++]);
                continue;
            }
            // Half of a pair of surrogates becomes U+FFFD: it has no form in UTF-8.
            Rune.DecodeFromUtf16(value.AsSpan(i), out Rune rune, out int used);
            _length += rune.EncodeToUtf8(_buffer.AsSpan(_length));
            i += used;
        }
        Put((byte)'"');
    }

    private void Ascii(byte value)
    {
        if (value >= 0x20 && value is not ((byte)'"' or (byte)'\\'))
        {
            Put(value);
            return;
        }
        Put((byte)'\\');
        byte letter = value switch
        {
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            >= 0x20 => value,
            _ => (byte)'u',
        };
        Put(letter);
        if (letter == 'u')
        {
            value.TryFormat(_buffer.AsSpan(_length), out int written, "X4", CultureInfo.InvariantCulture);
            _length += written;
        }
    }

    private void Separate(int room)
    {
        Reserve(room + 1);
        if (_follows)
            Put((byte)',');
        _follows = true;
    }

    private void Put(byte value) => _buffer[_length++] = value;

    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Array.Resize(ref _buffer, checked(Math.Max(_length + count, _buffer.Length * 2)));
    }
}
