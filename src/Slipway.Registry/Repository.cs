using Slipway.Registry.Blobs;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Manifests;
using Slipway.Registry.Transfer;

namespace Slipway.Registry;

/// <summary>One repository at one endpoint. Any number of requests may run at the same time.</summary>
public sealed class Repository : IDisposable
{
    private readonly RegistrySession _session;

    internal Repository(RegistrySession session, string path)
    {
        _session = session;
        Path = path;
        Manifests = new ManifestClient(session, path);
        Blobs = new BlobClient(session, path);
        Uploads = new BlobUploader(session, Blobs, path);
    }

    /// <summary>Where it is asked.</summary>
    public Endpoint Endpoint => _session.Endpoint;

    /// <summary>Its name at the registry: <c>library/busybox</c>.</summary>
    public string Path { get; }

    /// <summary>Manifests and tags.</summary>
    public ManifestClient Manifests { get; }

    /// <summary>Blobs, to read.</summary>
    public BlobClient Blobs { get; }

    /// <summary>Blobs, to write.</summary>
    public BlobUploader Uploads { get; }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
