using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Slipway.Oci;

namespace Slipway.Registry.Endpoints;

// certs.d/HOST[:PORT]/NAME.crt               authorities for this registry, besides the system's
// certs.d/HOST[:PORT]/NAME.cert, NAME.key    who we are to it

/// <summary>A registry's certificates, in Docker's layout.</summary>
internal sealed record CertificateDirectory(X509Certificate2Collection Authorities, X509Certificate2Collection Clients)
{
    /// <summary>Reads those of one host from every directory that has some.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a file is no certificate, or one of a pair is missing.</exception>
    public static CertificateDirectory Load(IEnumerable<string> directories, string host)
    {
        var found = new CertificateDirectory([], []);
        // The host comes from a reference, whose grammar leaves no slash and no '..' in it; a mirror's authority neither.
        foreach (string directory in directories.Select(d => Path.Join(d, host)).Where(Directory.Exists))
        {
            foreach (string path in Directory.EnumerateFiles(directory, "*.crt").Order(StringComparer.Ordinal))
                Read(path, () => found.Authorities.ImportFromPemFile(path));
            foreach (string path in Directory.EnumerateFiles(directory, "*.cert").Order(StringComparer.Ordinal))
            {
                string key = Path.ChangeExtension(path, ".key");
                if (!File.Exists(key))
                    throw new SlipwayException(ErrorKind.InvalidArgument, $"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(path)}. CA certificates must use the extension .crt");
                Read(path, () => found.Clients.Add(X509Certificate2.CreateFromPemFile(path, key)));
            }
        }
        return found;
    }

    private static void Read(string path, Action read)
    {
        try
        {
            read();
        }
        catch (CryptographicException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read certificate '{path}': it is not a certificate in PEM form", e);
        }
    }
}
