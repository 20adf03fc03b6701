using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>An archive that is broken, hostile or beyond a limit. The message names the entry, escaped and cut.</summary>
public sealed class TarException : SlipwayException
{
    /// <summary>Makes the error.</summary>
    public TarException(string message, ErrorKind kind = ErrorKind.Corrupt, Exception? inner = null)
        : base(kind, message, inner)
    {
    }
}
