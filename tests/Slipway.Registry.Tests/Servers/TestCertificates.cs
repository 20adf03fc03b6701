using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Slipway.Registry.Tests.Servers;

/// <summary>Certificates for 127.0.0.1 and other names, signed by themselves or by an authority of the test's own.</summary>
internal static class TestCertificates
{
    public static X509Certificate2 Authority(string name = "test authority") => Make(name, null, true, TimeSpan.FromDays(1), null);

    public static X509Certificate2 Server(X509Certificate2? authority, string name = "127.0.0.1", bool expired = false) =>
        Make("server", authority, false, expired ? TimeSpan.FromHours(-1) : TimeSpan.FromHours(12), name);

    private static X509Certificate2 Make(string subject, X509Certificate2? issuer, bool isAuthority, TimeSpan ends, string? name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (name is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (IPAddress.TryParse(name, out IPAddress? address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }
        DateTimeOffset now = DateTimeOffset.UtcNow, from = now.AddHours(-13), to = now + ends;
        if (issuer is null)
            return Exportable(request.CreateSelfSigned(from, to));
        using X509Certificate2 signed = request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
        return Exportable(signed.CopyWithPrivateKey(key));
    }

    // A key that lives in memory only can't be used by a TLS server everywhere.
    private static X509Certificate2 Exportable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
}
