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

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
