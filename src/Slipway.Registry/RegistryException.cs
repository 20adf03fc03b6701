using System.Net;
using Slipway.Oci;

namespace Slipway.Registry;

/// <summary>What a registry refused or did wrong.</summary>
public sealed class RegistryException : SlipwayException
{
    /// <summary>Makes an error.</summary>
    public RegistryException(ErrorKind kind, string message, HttpStatusCode? status = null, string? code = null, Exception? inner = null)
        : base(kind, message, inner)
    {
        Status = status;
        Code = code;
    }

    /// <summary>The answer's status; null where there was no answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The registry's own code, as <c>MANIFEST_UNKNOWN</c> (distribution-spec, error codes).</summary>
    public string? Code { get; }

    /// <summary>What the registry itself said, without the address: <c>manifest unknown: manifest unknown</c>; null where it said nothing.</summary>
    public string? Words { get; init; }

    /// <summary>Whether the same request may succeed later: the line was cut, the registry is busy.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Whether nothing answered at all, so that another address may.</summary>
    public bool IsUnreachable { get; init; }
}
