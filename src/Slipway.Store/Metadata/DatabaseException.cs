using Slipway.Oci;

namespace Slipway.Store.Metadata;

/// <summary>What SQLite says went wrong.</summary>
internal sealed class DatabaseException(ErrorKind kind, int code, string message) : SlipwayException(kind, message)
{
    /// <summary>Its primary result code (https://www.sqlite.org/rescode.html).</summary>
    public int Code => code;
}
