namespace Slipway.Registry.Endpoints;

/// <summary>One address at which a registry is asked.</summary>
public sealed record Endpoint
{
    /// <summary>The registry's name in references and credentials: <c>docker.io</c>. A mirror has its own.</summary>
    public required string Host { get; init; }

    /// <summary>Scheme, host and port, and for a mirror perhaps a path: <c>https://registry-1.docker.io/</c>.</summary>
    public required Uri Base { get; init; }

    /// <summary>Any certificate will do: someone named this host as insecure.</summary>
    public bool AnyCertificate { get; init; }

    /// <summary>It stands in for another registry.</summary>
    public bool IsMirror { get; init; }

    /// <summary>Whether an address is on this endpoint's own origin, where its credentials may go (invariant I13).</summary>
    internal bool Owns(Uri address) =>
        address.Scheme == Base.Scheme && address.Port == Base.Port && string.Equals(address.IdnHost, Base.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address of a path below <c>/v2/</c>.</summary>
    internal Uri At(string path) => new($"{Base.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v2/{path}");

    /// <summary>Scheme, host and port, for people.</summary>
    public override string ToString() => Base.GetLeftPart(UriPartial.Authority);
}
