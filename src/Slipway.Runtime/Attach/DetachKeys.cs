using Slipway.Oci;

namespace Slipway.Runtime.Attach;

/// <summary>Finds the detach sequence in typed bytes. What could be its beginning is held back until the next byte tells.</summary>
internal sealed class DetachKeys
{
    private readonly byte[] _keys;
    private int _matched;

    private DetachKeys(byte[] keys) => _keys = keys;

    /// <summary>Parses <c>ctrl-p,ctrl-q</c> or single characters: each element is <c>ctrl-</c> and one of <c>a-z@[\]^_</c>, or one character.</summary>
    public static DetachKeys Parse(string text)
    {
        string[] parts = text.Split(',');
        byte[] keys = new byte[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            keys[i] = KeyOf(parts[i]) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown detach key '{Linux.Printable.Escape(parts[i])}'");
        return new DetachKeys(keys);
    }

    /// <summary>Copies what is to be sent on into <paramref name="output"/> (typed plus <see cref="MaxHeld"/> bytes long); true when the sequence is complete.</summary>
    public bool Filter(ReadOnlySpan<byte> typed, Span<byte> output, out int count)
    {
        count = 0;
        foreach (byte key in typed)
        {
            if (key == _keys[_matched])
            {
                if (++_matched == _keys.Length)
                    return true;
                continue;
            }
            // The held ones were typed after all. The sequences in use have no repeated beginning, so only this key can start anew.
            _keys.AsSpan(0, _matched).CopyTo(output[count..]);
            count += _matched;
            _matched = key == _keys[0] ? 1 : 0;
            if (_matched == 0)
                output[count++] = key;
        }
        return false;
    }

    /// <summary>How many bytes may come out beyond those that went in.</summary>
    public int MaxHeld => _keys.Length;

    private static byte? KeyOf(string part)
    {
        const string Prefix = "ctrl-";
        if (part.Length == 1 && part[0] < 0x80)
            return (byte)part[0];
        if (part.Length != Prefix.Length + 1 || !part.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        char key = part[^1];
        if (key is >= 'a' and <= 'z')
            return (byte)(key - 'a' + 1);
        return key is '@' or (>= '[' and <= '_') ? (byte)(key - '@') : null;
    }
}
