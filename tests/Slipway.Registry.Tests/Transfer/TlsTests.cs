using System.Security.Cryptography.X509Certificates;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Transfer;

/// <summary>H-reg 17 of the security catalogue.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly byte[] s_content = TestClient.RandomContent(2000);
    private readonly string _certs = Directory.CreateTempSubdirectory("slip-certs-").FullName;

    public void Dispose() => Directory.Delete(_certs, recursive: true);

    [Theory]
    [InlineData("127.0.0.1", false, null)]
    [InlineData("other.example", false, "for another name")]
    [InlineData("127.0.0.1", true, "expired")]
    public async Task Certificate_OfAnAuthorityInCertsD_IsTakenUnlessSomethingIsWrongWithIt(string name, bool expired, string? refusal)
    {
        using X509Certificate2 authority = TestCertificates.Authority();
        using X509Certificate2 certificate = TestCertificates.Server(authority, name, expired);
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content), certificate);
        Directory.CreateDirectory(Path.Combine(_certs, registry.Host));
        await File.WriteAllTextAsync(Path.Combine(_certs, registry.Host, "ca.crt"), authority.ExportCertificatePem(), TestClient.Cancel);
        if (refusal is null)
            Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, Strict()));
        else
            await AssertRefused(registry, refusal);
    }

    [Fact]
    public async Task Certificate_OfAnUnknownAuthority_IsRefused()
    {
        using X509Certificate2 authority = TestCertificates.Authority(), other = TestCertificates.Authority("another");
        using X509Certificate2 certificate = TestCertificates.Server(authority);
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content), certificate);
        Directory.CreateDirectory(Path.Combine(_certs, registry.Host));
        await File.WriteAllTextAsync(Path.Combine(_certs, registry.Host, "ca.crt"), other.ExportCertificatePem(), TestClient.Cancel);
        await AssertRefused(registry, "unknown authority");
    }

    [Fact]
    public async Task Certificate_SignedByItself_IsTakenOnlyForAHostThatWasNamedAsInsecure()
    {
        using X509Certificate2 certificate = TestCertificates.Server(null);
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content), certificate);
        await AssertRefused(registry, "unknown authority");
        RegistrySettings other = Strict() with { Config = new RegistryConfig { TrustsLoopback = false, InsecureRegistries = ["127.0.0.1:1"] } };
        await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, other));
        RegistrySettings named = Strict() with { Config = new RegistryConfig { TrustsLoopback = false, InsecureRegistries = [registry.Host] } };
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, named));
    }

    [Fact]
    public async Task PlainHttp_OfAHostThatWasNotNamed_IsNeverTried()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, Strict()));
        Assert.Contains("may speak plain HTTP", e.Message, StringComparison.Ordinal);
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task ClientCertificate_WithoutItsKey_IsAnErrorThatSaysSo()
    {
        using X509Certificate2 certificate = TestCertificates.Server(null);
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content), certificate);
        Directory.CreateDirectory(Path.Combine(_certs, registry.Host));
        await File.WriteAllTextAsync(Path.Combine(_certs, registry.Host, "me.cert"), certificate.ExportCertificatePem(), TestClient.Cancel);
        var e = await Assert.ThrowsAsync<Slipway.Oci.SlipwayException>(() => TestClient.ReadBlob(registry, s_content, Strict()));
        Assert.Contains("missing key me.key", e.Message, StringComparison.Ordinal);
    }

    private RegistrySettings Strict() => TestClient.Settings with { Config = new RegistryConfig { TrustsLoopback = false }, CertificateDirectories = [_certs] };

    private async Task AssertRefused(ScriptedRegistry registry, string why)
    {
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, Strict()));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.Empty(registry.Requests);
    }
}
