using System.Security.Cryptography;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Auth;
using Slipway.Registry.Tests.Servers;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Tests;

/// <summary>A client with short pauses, and what tests ask registries for.</summary>
internal static class TestClient
{
    public static RegistrySettings Settings { get; } = new()
    {
        Retry = new RetryPolicy { Attempts = 4, FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(5), LongestRetryAfter = TimeSpan.FromMilliseconds(20) },
        StallTimeout = TimeSpan.FromMilliseconds(400),
        DocumentTimeout = TimeSpan.FromSeconds(5),
    };

    public static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    /// <summary>Does something with the repository <c>lib/x</c> of a registry.</summary>
    public static async Task<T> With<T>(ScriptedRegistry registry, Func<Repository, Task<T>> work, RegistrySettings? settings = null, RepositoryAccess access = RepositoryAccess.Read)
    {
        using var client = new RegistryClient(settings ?? Settings);
        return await client.WithRepositoryAsync(Reference.Parse($"{registry.Host}/lib/x"), access, [], work);
    }

    public static async Task<byte[]> ReadBlob(ScriptedRegistry registry, byte[] content, RegistrySettings? settings = null, long from = 0, long? size = null) =>
        await With(registry, async repository =>
        {
            using Stream stream = repository.Blobs.OpenRead(DescriptorOf(content) with { Size = size ?? content.Length }, from);
            var all = new MemoryStream();
            await stream.CopyToAsync(all, Cancel);
            return all.ToArray();
        }, settings);

    public static Descriptor DescriptorOf(byte[] content) => new() { MediaType = MediaTypes.LayerGzip, Digest = Digest.Of(content), Size = content.Length };

    public static byte[] RandomContent(int length) => RandomNumberGenerator.GetBytes(length);

    /// <summary>Stored for one registry.</summary>
    public sealed class Stored(string host, Credential credential) : ICredentialSource
    {
        public Credential? Find(string asked) => asked == host ? credential : null;
    }
}
