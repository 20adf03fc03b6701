using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Slipway.Oci;

namespace Slipway.Build.Graph;

/// <summary>
/// What goes into a key, by name and in order. The digest is over names and values with their lengths before them, so that no two
/// lists look the same; the list itself is kept beside the key, so that a miss can be explained.
/// </summary>
internal sealed class Ingredients
{
    private readonly List<(string Name, string Value)> _items = [];

    /// <summary>Name and value of each, in order.</summary>
    public IReadOnlyList<(string Name, string Value)> Items => _items;

    /// <summary>The key.</summary>
    public Digest Digest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach ((string name, string value) in _items)
            {
                Append(hash, name);
                Append(hash, value);
            }
            return Digest.FromHash(hash.GetHashAndReset());
        }
    }

    public Ingredients Add(string name, string value)
    {
        _items.Add((name, value));
        return this;
    }

    public Ingredients AddAll(string name, IEnumerable<string> values)
    {
        int count = 0;
        foreach (string value in values)
            Add($"{name}.{count++}", value);
        return Add(name, count.ToString());
    }

    /// <summary>One line an ingredient, for the database and for people.</summary>
    public override string ToString() =>
        string.Join('\n', _items.Select(item => $"{item.Name}={item.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}"));

    /// <summary>The other way round: the names and values that a text of <see cref="ToString"/> says.</summary>
    public static IReadOnlyList<(string Name, string Value)> Parse(string text)
    {
        var items = new List<(string, string)>();
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
                items.Add((line[..equals], Unescape(line[(equals + 1)..])));
        }
        return items;
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value;
        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
            text.Append(value[i] != '\\' || ++i == value.Length ? value[Math.Min(i, value.Length - 1)] : value[i] == 'n' ? '\n' : value[i]);
        return text.ToString();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
