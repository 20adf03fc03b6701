using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Slipway.Oci.Json;

/// <summary>
/// Reads a JSON document in one pass, member by member, as strictly as invariants I7 and I8 ask: depth at most 64, exact case, no name twice
/// in an object, nothing after the value. What is wrong is said with its path: <c>read 'config.json': process.user.uid: expected …</c>.
/// </summary>
/// <remarks>
/// It stands on a value; a method of that value's kind takes it. Null in the document is null here, for every kind: whether a member may be
/// missing is the caller's to say (<see cref="Missing"/>). There are no tables of types behind it: making those takes longer than reading
/// all that a start reads.
/// <code>
/// if (!json.BeginObject())
///     return null;
/// while (json.NextMember(out string? name))
///     switch (name) { case "path": path = json.Text(); break; default: json.Skip(); break; }
/// </code>
/// </remarks>
public ref partial struct JsonReader
{
    private const int MaxDepth = 64;

    // In larger objects a name is looked up in a table.
    private const int FewNames = 32;

    private readonly string _what;
    private readonly ErrorKind _kind;

    // The names so far of every object that is open, the innermost last. Of each its last one leads to where we are.
    private readonly List<string> _names = [];
    private readonly Frame[] _frames = new Frame[MaxDepth];
    private int _depth;
    private Utf8JsonReader _reader;

    private JsonReader(ReadOnlySpan<byte> document, string what, ErrorKind kind)
    {
        _what = what;
        _kind = kind;
        _reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Reads a whole document.</summary>
    /// <param name="document">The document, UTF-8.</param>
    /// <param name="what">Its name in errors: <c>'config.json'</c>, <c>the image's manifest</c>.</param>
    /// <param name="kind">The class of its errors: InvalidArgument where a person wrote it, Corrupt where we did.</param>
    /// <param name="read">Reads the value.</param>
    /// <exception cref="SlipwayException">It is not what <paramref name="read"/> wants, with the path of the first fault.</exception>
    public static T Read<T>(ReadOnlySpan<byte> document, string what, ErrorKind kind, JsonRead<T?> read)
        where T : class
    {
        var json = new JsonReader(document, what, kind);
        json.Advance();
        T value = read(ref json) ?? throw json.Error("it is null");
        // Anything but white space behind the value is an error of the underlying reader.
        json.Advance();
        return value;
    }

    /// <summary>Enters an object; false where it is null.</summary>
    public bool BeginObject()
    {
        if (!Enter(JsonTokenType.StartObject, "an object"))
            return false;
        Push(-1);
        return true;
    }

    /// <summary>Goes to the object's next member, whose value must then be taken or skipped; false, and out of the object, at its end.</summary>
    public bool NextMember([NotNullWhen(true)] out string? name)
    {
        Advance();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            Pop();
            name = null;
            return false;
        }
        name = Decode();
        AddName(name);
        Advance();
        return true;
    }

    /// <summary>Leaves a value unread. Only its form is checked.</summary>
    public void Skip()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    private bool Enter(JsonTokenType start, string expected) =>
        _reader.TokenType == start || (_reader.TokenType == JsonTokenType.Null ? false : throw Expected(expected));

    private bool NextElement()
    {
        Advance();
        if (_reader.TokenType == JsonTokenType.EndArray)
        {
            Pop();
            return false;
        }
        _frames[_depth - 1].Index++;
        return true;
    }

    private void Advance()
    {
        try
        {
            _reader.Read();
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    private void Push(int index) => _frames[_depth++] = new Frame { FirstName = _names.Count, Index = index };

    private void Pop()
    {
        ref Frame frame = ref _frames[--_depth];
        _names.RemoveRange(frame.FirstName, _names.Count - frame.FirstName);
        frame.Table = null;
    }

    private void AddName(string name)
    {
        ref Frame frame = ref _frames[_depth - 1];
        bool known;
        if (frame.Table is null)
        {
            known = _names.IndexOf(name, frame.FirstName) >= 0;
            if (_names.Count - frame.FirstName == FewNames)
                frame.Table = new HashSet<string>(_names.Skip(frame.FirstName), StringComparer.Ordinal) { name };
        }
        else
        {
            known = !frame.Table.Add(name);
        }
        _names.Add(name);
        if (known)
            throw Error("it is there twice");
    }

    // An object (Index -1) or a list that is open.
    private struct Frame
    {
        public int FirstName;
        public int Index;
        public HashSet<string>? Table;
    }
}
