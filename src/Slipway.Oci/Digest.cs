using System.Security.Cryptography;

namespace Slipway.Oci;

/// <summary>
/// A content's name: <c>sha256:</c> and 64 lower-case hexadecimal digits, and nothing else, so that a digest is always
/// safe as a path component (image-spec, descriptor.md#digests; invariant I7).
/// </summary>
public readonly record struct Digest
{
    private const string Prefix = "sha256:";
    private const int HexLength = 64;
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>The 64 hexadecimal digits.</summary>
    public string Hex => _hex ?? throw new InvalidOperationException("the digest is empty");

    /// <summary>Whether this is the default value, which names nothing.</summary>
    public bool IsEmpty => _hex is null;

    /// <summary>The first twelve digits, as <c>docker images</c> shows an id.</summary>
    public string Short => Hex[..12];

    /// <summary>The digest of these bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    /// <summary>The digest from a finished SHA-256 (32 bytes).</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes ? new(Convert.ToHexStringLower(hash)) : throw new ArgumentException("a SHA-256 has 32 bytes", nameof(hash));

    /// <summary>Reads <c>sha256:HEX</c>.</summary>
    /// <exception cref="FormatException">Another algorithm, length or alphabet.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out Digest digest) ? digest : throw new FormatException($"invalid digest '{Clip(text)}': want sha256: and 64 lower-case hexadecimal digits");

    /// <summary>Reads the UTF-8 of <c>sha256:HEX</c>.</summary>
    /// <exception cref="FormatException">Another algorithm, length or alphabet.</exception>
    public static Digest Parse(ReadOnlySpan<byte> utf8) =>
        utf8.Length == Prefix.Length + HexLength && utf8.StartsWith("sha256:"u8) && !utf8[Prefix.Length..].ContainsAnyExcept("0123456789abcdef"u8)
            ? new(System.Text.Encoding.ASCII.GetString(utf8[Prefix.Length..])) : Parse(System.Text.Encoding.UTF8.GetString(utf8));

    /// <summary>Reads <c>sha256:HEX</c>; false where it is anything else.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || !IsHex(text.AsSpan(Prefix.Length)))
            return false;
        digest = new(text[Prefix.Length..]);
        return true;
    }

    /// <summary>Reads the 64 digits alone, as they stand in file names.</summary>
    public static bool TryParseHex(string? hex, out Digest digest)
    {
        digest = hex is not null && IsHex(hex) ? new(hex) : default;
        return !digest.IsEmpty;
    }

    /// <inheritdoc/>
    public override string ToString() => _hex is null ? "" : Prefix + _hex;

    private static bool IsHex(ReadOnlySpan<char> text) =>
        text.Length == HexLength && !text.ContainsAnyExcept("0123456789abcdef");

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
