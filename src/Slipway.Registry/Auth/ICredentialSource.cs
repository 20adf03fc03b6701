namespace Slipway.Registry.Auth;

/// <summary>Who we are to which registry.</summary>
public interface ICredentialSource
{
    /// <summary>What was stored for exactly this registry, by its name in references (<c>docker.io</c>, <c>host:5000</c>); null where nothing was.</summary>
    /// <exception cref="Slipway.Oci.SlipwayException">The place where it is kept can't be read.</exception>
    Credential? Find(string host);

    /// <summary>The program for which somebody asks through us, as it calls itself; null where nobody does.</summary>
    string? Agent => null;
}

/// <summary>We are nobody.</summary>
internal sealed class NoCredentials : ICredentialSource
{
    public static NoCredentials Instance { get; } = new();

    public Credential? Find(string host) => null;
}
