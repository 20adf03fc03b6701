using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Slipway.Daemon.Configuration;
using Slipway.Oci;

namespace Slipway.Daemon.Listening;

/// <summary>Reads certificates for TCP: ours, and the authority whose clients are let in.</summary>
internal static class TlsFiles
{
    /// <summary>Whether TLS was asked for: as with dockerd, also by saying of <c>--tlsverify</c> that it is not.</summary>
    public static bool AreAskedFor(SettingValues settings) => settings.Switch(SettingTable.Tls) || settings.IsSaid(SettingTable.TlsVerify);

    /// <summary>Null where <c>--tlsverify</c> isn't set.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a file can't be read as what it should be.</exception>
    public static SslServerAuthenticationOptions? Load(SettingValues settings)
    {
        if (!AreAskedFor(settings))
            return null;
        string home = Path.Combine(Environment.GetEnvironmentVariable("DOCKER_CERT_PATH") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".docker"));
        string ca = settings.Text(SettingTable.TlsCaCert) ?? Path.Combine(home, "ca.pem"), cert = settings.Text(SettingTable.TlsCert) ?? Path.Combine(home, "cert.pem"),
            key = settings.Text(SettingTable.TlsKey) ?? Path.Combine(home, "key.pem");
        X509Certificate2 own = LoadPair(cert, key);
        // Without it nothing is served on TCP, but what was named has to be right.
        if (!settings.Switch(SettingTable.TlsVerify))
            return null;
        try
        {
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(ca);
            if (authority.Count == 0)
                throw new CryptographicException($"no certificate in '{ca}'");
            return new()
            {
                // Clients with several certificates choose by what is let in.
                ServerCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true, SslCertificateTrust.CreateForX509Collection(authority, sendTrustInHandshake: true)),
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, client, _, _) => IsSignedBy(authority, client),
            };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"could not read CA certificate '{ca}': {Linux.ErrorText.Of(e)}", e);
        }
    }

    private static X509Certificate2 LoadPair(string cert, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(cert, key);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"could not load X509 key pair (cert: '{cert}', key: '{key}'): {Linux.ErrorText.Of(e)}", e);
        }
    }

    // By that authority and no other: the host's own roots sign for half the world.
    private static bool IsSignedBy(X509Certificate2Collection authority, X509Certificate? client)
    {
        const string ClientAuthentication = "1.3.6.1.5.5.7.3.2"; // RFC 5280, section 4.2.1.12
        if (client is not X509Certificate2 certificate)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }
}
