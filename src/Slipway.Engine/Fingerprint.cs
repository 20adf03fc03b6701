namespace Slipway.Engine;

/// <summary>
/// Tells texts apart, where nobody gains anything by two that look alike: FNV-1a with 64 bits. What is named by its content has SHA-256, whose library
/// takes longer to load than a container to start.
/// </summary>
internal static class Fingerprint
{
    private const ulong Basis = 0xcbf29ce484222325, Prime = 0x100000001b3;

    /// <summary>Sixteen hexadecimal digits.</summary>
    public static string Of(string text)
    {
        ulong hash = Basis;
        foreach (char c in text)
            hash = (hash ^ c) * Prime;
        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}
