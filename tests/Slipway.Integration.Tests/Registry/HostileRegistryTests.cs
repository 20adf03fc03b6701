using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Registries that lie (security catalogue, H-reg and I7): the image is refused with the reason, and the store stays whole. Each has its twin that works.</summary>
public sealed class HostileRegistryTests
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json", IndexType = "application/vnd.oci.image.index.v1+json";
    private static readonly byte[] s_layer = Tar();
    private static readonly byte[] s_config = Json($$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{Of(s_layer)}}}"]}}""");
    private static readonly byte[] s_manifest = Manifest();

    [Fact]
    public void Honest_IsPulled()
    {
        using ScriptedRegistry registry = Serving(s_manifest);
        using Slip slip = New();
        slip.Ok("pull", registry.Host + "/x");
        slip.Ok("system", "check");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    [InlineData(-1)]
    public void Layer_WithAByteThatDiffers_IsRefused(int at)
    {
        byte[] wrong = [.. s_layer];
        wrong[at < 0 ? wrong.Length - 1 : at] ^= 1;
        Refused(Serving(s_manifest, layer: new ScriptedResponse(200, wrong)), Of(s_layer), "its content has the digest " + Of(wrong));
    }

    [Fact]
    public void Layer_ThatIsLonger_IsRefused() =>
        Refused(Serving(s_manifest, layer: new ScriptedResponse(200, [.. s_layer, 1])), $"{s_layer.Length + 1} bytes instead of {s_layer.Length}");

    [Fact]
    public void Layer_ThatNeverEnds_IsRefused() =>
        Refused(Serving(s_manifest, layer: new ScriptedResponse(200, [.. s_layer, .. new byte[1 << 20]]) { Chunked = true }), "goes on after its");

    [Fact]
    public void Config_OfOtherContent_IsRefused() =>
        Refused(Serving(s_manifest, config: new ScriptedResponse(200, [.. s_config[..^1], (byte)' '])), Of(s_config));

    [Fact]
    public void Manifest_ThatIsAnIndexToo_IsRefused() =>
        Refused(Serving(Json(Encoding.UTF8.GetString(s_manifest)[..^1] + ",\"manifests\":[]}")), "a manifest and an index at once");

    [Fact]
    public void Manifest_CalledAnIndex_IsRefused() => Refused(Serving(s_manifest, type: IndexType), "and the registry says");

    [Fact]
    public void DiffId_OfOtherContent_IsRefused()
    {
        byte[] config = Json(Encoding.UTF8.GetString(s_config).Replace(Of(s_layer), Of([1])));
        Refused(Serving(Manifest(config), config: new ScriptedResponse(200, config), configName: Of(config)), "instead of " + Of([1]));
    }

    [Theory]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha512:0000")]
    [InlineData("sha256:ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789")]
    public void Digest_ThatIsNone_IsRefusedBeforeAnyRequest(string digest)
    {
        byte[] manifest = Json(Encoding.UTF8.GetString(s_manifest).Replace(Of(s_layer), digest));
        using ScriptedRegistry registry = Serving(manifest);
        Refused(registry, "expected sha256: and 64 lower-case hexadecimal digits");
        Assert.DoesNotContain(registry.Requests, r => r.Path.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public void Index_OfItself_IsRefused()
    {
        // It can't name itself by digest; a registry that answers every digest with an index of the next can go on for ever.
        int asked = 0;
        using var registry = new ScriptedRegistry(r =>
        {
            byte[] index = Index("0000", asked++);
            return new ScriptedResponse(200, index, ("Content-Type", IndexType));
        });
        Refused(registry, "the document has the digest");
        Assert.True(registry.Requests.Count < 10);
    }

    [Fact]
    public void Tag_ThatMovesWhileItIsPulled_GivesOneImageWhole()
    {
        byte[] newConfig = [.. s_config, (byte)'\n'], newManifest = Manifest(newConfig);
        int asked = 0;
        // Moves with every look at it: HEAD tells of an image that GET no longer gives, the first GET is answered with the old one, and all others with the new one.
        using var registry = new ScriptedRegistry(r =>
            r.Method == "HEAD" ? ScriptedResponse.Of(200, ("Docker-Content-Digest", Of([1])))
            : r.Path.Contains("/manifests/", StringComparison.Ordinal) ? new ScriptedResponse(200, asked++ == 0 ? s_manifest : newManifest, ("Content-Type", ManifestType))
            : r.Path.EndsWith(Of(newConfig), StringComparison.Ordinal) ? new ScriptedResponse(200, newConfig)
            : r.Path.EndsWith(Of(s_config), StringComparison.Ordinal) ? new ScriptedResponse(200, s_config)
            : new ScriptedResponse(200, s_layer));
        using Slip slip = New();
        foreach (byte[] manifest in (byte[][])[s_manifest, newManifest])
        {
            slip.Ok("pull", registry.Host + "/x");
            Assert.Equal($"{Of(manifest)} [{registry.Host}/x@{Of(manifest)}]", slip.Ok("image", "inspect", "-f", "{{.Id}} {{.RepoDigests}}", registry.Host + "/x"));
        }
        Assert.Equal(2, asked);
        slip.Ok("system", "check");
    }

    [Fact]
    public void Tag_ThatMovesAndTakesItsBlobsAlong_IsAnErrorAndTheOldImageStays()
    {
        byte[] newManifest = Manifest([.. s_config, (byte)'\n']);
        bool moved = false;
        using var registry = new ScriptedRegistry(r =>
            r.Path.Contains("/manifests/", StringComparison.Ordinal) ? new ScriptedResponse(200, moved ? newManifest : s_manifest, ("Content-Type", ManifestType))
            : moved ? ScriptedResponse.Of(404)
            : new ScriptedResponse(200, r.Path.EndsWith(Of(s_config), StringComparison.Ordinal) ? s_config : s_layer));
        using Slip slip = New();
        slip.Ok("pull", registry.Host + "/x");
        string before = slip.Ok("images", "-q", "--no-trunc");
        moved = true;
        Slip.Result refused = slip.Run("pull", registry.Host + "/x");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(registry.Host + "/x", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, slip.Ok("images", "-q", "--no-trunc"));
        slip.Ok("system", "check");
    }

    [Fact]
    public void ForeignLayer_IsNotFetchedUnlessWanted_AndNeverWithCredentials()
    {
        using var elsewhere = new ScriptedRegistry(_ => ScriptedResponse.Of(401, ("WWW-Authenticate", "Basic realm=x")));
        byte[] manifest = Json(Encoding.UTF8.GetString(s_manifest)
            .Replace("application/vnd.oci.image.layer.v1.tar\"", $"application/vnd.oci.image.layer.nondistributable.v1.tar\",\"urls\":[\"{elsewhere.Address}/layer\"]"));
        using ScriptedRegistry registry = Serving(manifest, layer: ScriptedResponse.Of(404));
        using Slip slip = New();
        Directory.CreateDirectory(Path.GetDirectoryName(slip.CredentialFile)!);
        string credential = Convert.ToBase64String("u:p"u8);
        File.WriteAllText(slip.CredentialFile, $$$"""{"auths":{"{{{registry.Host}}}":{"auth":"{{{credential}}}"},"{{{elsewhere.Host}}}":{"auth":"{{{credential}}}"} } }""");
        Assert.Contains("is not in the registry but at", slip.Run("pull", registry.Host + "/x").Errors, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
        Directory.CreateDirectory(Path.GetDirectoryName(slip.RegistryConfigFile)!);
        File.WriteAllText(slip.RegistryConfigFile, """{"foreign-layers":true}""");
        Assert.NotEqual(0, slip.Run("pull", registry.Host + "/x").ExitCode);
        Assert.NotEmpty(elsewhere.Requests);
        Assert.All(elsewhere.Requests, r => Assert.Null(r["authorization"]));
    }

    [Fact]
    public void ForeignLayer_ThatIsWanted_IsFetchedFromItsPlace()
    {
        using var elsewhere = new ScriptedRegistry(_ => new ScriptedResponse(200, s_layer));
        byte[] manifest = Json(Encoding.UTF8.GetString(s_manifest)
            .Replace("application/vnd.oci.image.layer.v1.tar\"", $"application/vnd.oci.image.layer.nondistributable.v1.tar\",\"urls\":[\"{elsewhere.Address}/layer\"]"));
        using ScriptedRegistry registry = Serving(manifest, layer: ScriptedResponse.Of(404));
        using Slip slip = New();
        Directory.CreateDirectory(Path.GetDirectoryName(slip.RegistryConfigFile)!);
        File.WriteAllText(slip.RegistryConfigFile, """{"foreign-layers":true}""");
        slip.Ok("pull", registry.Host + "/x");
        slip.Ok("system", "check");
    }

    private static void Refused(ScriptedRegistry registry, params string[] why)
    {
        using (registry)
        {
            using Slip slip = New();
            Slip.Result result = slip.Run("pull", registry.Host + "/x");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(registry.Host + "/x", result.Errors, StringComparison.Ordinal);
            Assert.All(why, w => Assert.Contains(w, result.Errors, StringComparison.Ordinal));
            Assert.Equal("", slip.Ok("images", "-q"));
            slip.Ok("system", "check");
        }
    }

    private static Slip New()
    {
        Needs.Executables();
        return new Slip();
    }

    private static ScriptedRegistry Serving(byte[] manifest, string type = ManifestType, ScriptedResponse? layer = null, ScriptedResponse? config = null, string? configName = null) => new(r =>
        r.Path.StartsWith("/v2/x/manifests/", StringComparison.Ordinal) ? new ScriptedResponse(200, manifest, ("Content-Type", type))
        : r.Path.EndsWith(Of(s_layer), StringComparison.Ordinal) ? layer ?? new ScriptedResponse(200, s_layer)
        : r.Path.EndsWith(configName ?? Of(s_config), StringComparison.Ordinal) ? config ?? new ScriptedResponse(200, s_config)
        : ScriptedResponse.Of(404));

    private static byte[] Manifest(byte[]? config = null) => Json($$$"""
        {"schemaVersion":2,"mediaType":"{{{ManifestType}}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{Of(config ?? s_config)}}}","size":{{{(config ?? s_config).Length}}}},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{Of(s_layer)}}}","size":{{{s_layer.Length}}}}]}
        """);

    private static byte[] Index(string next, int number) => Json($$$"""
        {"schemaVersion":2,"mediaType":"{{{IndexType}}}","manifests":[{"mediaType":"{{{IndexType}}}","digest":"{{{Of(Json(next + number))}}}","size":1,"platform":{"os":"linux","architecture":"amd64"}}]}
        """);

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static string Of(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Tar()
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = new MemoryStream(RandomNumberGenerator.GetBytes(8000)) });
        return stream.ToArray();
    }
}
