using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry;
using Slipway.Registry.Auth;
using Slipway.Registry.Manifests;
using Slipway.Store.Images;

namespace Slipway.Engine.Images.Pulling;

/// <summary>What a registry says of a name, without its layers.</summary>
/// <param name="Descriptor">What the name names there: a manifest, or an index of several.</param>
/// <param name="Platforms">What it can be had for.</param>
public sealed record RemoteImage(Descriptor Descriptor, IReadOnlyList<Platform> Platforms)
{
    internal static async Task<RemoteImage> ReadAsync(RegistryManager registries, Reference name, ICredentialSource? credentials, CancellationToken cancellation)
    {
        RegistryException? missing = null;
        try
        {
            using RegistryClient client = registries.Open(credentials);
            return await client.WithRepositoryAsync(name, RepositoryAccess.Read, [], async repository =>
            {
                try
                {
                    return await ReadAsync(repository, name, cancellation).ConfigureAwait(false);
                }
                catch (RegistryException e) when (e.Kind is ErrorKind.NotFound)
                {
                    missing = e;
                    throw;
                }
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SlipwayException or IOException)
        {
            // A mirror's no is an answer where the registry itself gives none, as docker's clients are told; a pull says that it wasn't reached.
            throw PullError.Of(name, e is RegistryException { IsUnreachable: true } && missing is not null ? missing : e, registries.LoginCommand);
        }
    }

    private static async Task<RemoteImage> ReadAsync(Repository repository, Reference name, CancellationToken cancellation)
    {
        ManifestDocument document = await PulledManifest.NamedAsync(repository, name, cancellation).ConfigureAwait(false);
        var descriptor = new Descriptor { MediaType = document.MediaType, Digest = document.Digest, Size = document.Bytes.Length };
        if (document.IsIndex)
            return new(descriptor, [.. ImageDocuments.ReadIndex(document.Bytes).Manifests.Select(m => m.Platform).OfType<Platform>()]);
        Descriptor config = ImageDocuments.ReadManifest(document.Bytes).Config;
        ImageConfig image = ImageConfigJson.Read(await repository.Blobs.ReadAsync(config, ImageDocuments.MaxConfigBytes, cancellation).ConfigureAwait(false), "the configuration");
        return new(descriptor, [image.Platform]);
    }
}
