using System.Text;
using Slipway.Oci;
using Slipway.Registry.Auth;
using Slipway.Registry.Blobs;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Blobs;

/// <summary>H-reg 14 of the security catalogue, and how blobs get to where they belong.</summary>
public sealed class BlobUploaderTests
{
    private static readonly byte[] s_small = TestClient.RandomContent(1000);
    private static readonly byte[] s_big = TestClient.RandomContent(6 << 20);

    [Fact]
    public async Task Upload_OfWhatIsThere_SendsNothing()
    {
        using var registry = new ScriptedRegistry(_ => ScriptedResponse.Of(200));
        Assert.Equal(UploadOutcome.Existed, await Upload(registry, s_small));
        Assert.Equal("HEAD", Assert.Single(registry.Requests).Method);
    }

    [Fact]
    public async Task Upload_OfWhatAnotherRepositoryHas_MountsIt()
    {
        using var registry = new ScriptedRegistry(r => ScriptedResponse.Of(r.Method == "HEAD" ? 404 : 201, ("Location", "/v2/lib/x/blobs/y")));
        Assert.Equal(UploadOutcome.Mounted, await Upload(registry, s_small, mountFrom: "other/y"));
        Assert.EndsWith($"?mount={Uri.EscapeDataString(Digest.Of(s_small).ToString())}&from=other%2Fy", registry.Requests[^1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_OfASmallBlob_KeepsTheQueryOfARelativeLocation()
    {
        using var registry = new ScriptedRegistry(r => r.Method switch
        {
            "HEAD" => ScriptedResponse.Of(404),
            "POST" => ScriptedResponse.Of(202, ("Location", "/v2/lib/x/blobs/uploads/1?_state=a%2Bb%3D")),
            _ => ScriptedResponse.Of(201),
        });
        Assert.Equal(UploadOutcome.Uploaded, await Upload(registry, s_small));
        ScriptedRequest put = registry.Requests[^1];
        Assert.Equal($"/v2/lib/x/blobs/uploads/1?_state=a%2Bb%3D&digest={Uri.EscapeDataString(Digest.Of(s_small).ToString())}", put.Target);
        Assert.Equal(s_small, put.Body);
    }

    [Fact]
    public async Task Upload_OfABigBlobThatIsCut_GoesOnWhereTheRegistryStopped()
    {
        int patches = 0;
        using var registry = new ScriptedRegistry(r => r.Method switch
        {
            "HEAD" => ScriptedResponse.Of(404),
            "POST" => ScriptedResponse.Of(202, ("Location", "/v2/lib/x/blobs/uploads/1?n=0")),
            "PATCH" when ++patches == 1 => ScriptedResponse.Of(503),
            "GET" => ScriptedResponse.Of(204, ("Location", "/v2/lib/x/blobs/uploads/1?n=1"), ("Range", "0-1048575")),
            "PATCH" => ScriptedResponse.Of(202, ("Location", "/v2/lib/x/blobs/uploads/1?n=2"), ("Range", $"0-{s_big.Length - 1}")),
            _ => ScriptedResponse.Of(201),
        });
        Assert.Equal(UploadOutcome.Uploaded, await Upload(registry, s_big));
        ScriptedRequest second = registry.Requests.Last(r => r.Method == "PATCH");
        Assert.Equal("/v2/lib/x/blobs/uploads/1?n=1", second.Target);
        Assert.Equal($"1048576-{s_big.Length - 1}", second["content-range"]);
        Assert.Equal(s_big[1048576..], second.Body);
        Assert.StartsWith("/v2/lib/x/blobs/uploads/1?n=2&digest=", registry.Requests[^1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_WhoseSessionIsLost_BeginsAnew()
    {
        int posts = 0;
        using var registry = new ScriptedRegistry(r => r.Method switch
        {
            "HEAD" => ScriptedResponse.Of(404),
            "POST" => ScriptedResponse.Of(202, ("Location", $"/v2/lib/x/blobs/uploads/{++posts}")),
            "PUT" when posts == 1 => new ScriptedResponse(404, Encoding.ASCII.GetBytes("""{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"gone"}]}""")),
            _ => ScriptedResponse.Of(201),
        });
        Assert.Equal(UploadOutcome.Uploaded, await Upload(registry, s_small));
        Assert.Equal(2, posts);
    }

    [Fact]
    public async Task Upload_ToAnotherOrigin_CarriesNoCredentials()
    {
        using var elsewhere = new ScriptedRegistry(_ => ScriptedResponse.Of(201));
        using var registry = new ScriptedRegistry(r => r["authorization"] is null ? ScriptedResponse.Of(401, ("WWW-Authenticate", "Basic realm=x"))
            : r.Method == "HEAD" ? ScriptedResponse.Of(404)
            : ScriptedResponse.Of(202, ("Location", elsewhere.Address + "/upload/1")));
        var settings = TestClient.Settings with { Credentials = new TestClient.Stored(registry.Host, new Credential("u", "p")) };
        Assert.Equal(UploadOutcome.Uploaded, await Upload(registry, s_small, settings: settings));
        Assert.All(elsewhere.Requests, r => Assert.Null(r["authorization"]));
        Assert.Equal(s_small, Assert.Single(elsewhere.Requests).Body);
        Assert.NotNull(registry.Requests[^1]["authorization"]);
    }

    [Fact]
    public async Task Upload_WithoutALocation_IsRefused()
    {
        using var registry = new ScriptedRegistry(r => ScriptedResponse.Of(r.Method == "HEAD" ? 404 : 202));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => Upload(registry, s_small));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
    }

    [Fact]
    public async Task Upload_ThatTheRegistryStoredAsSomethingElse_IsAnError()
    {
        using var registry = new ScriptedRegistry(r => r.Method switch
        {
            "HEAD" => ScriptedResponse.Of(404),
            "POST" => ScriptedResponse.Of(202, ("Location", "/v2/lib/x/blobs/uploads/1")),
            _ => ScriptedResponse.Of(201, ("Docker-Content-Digest", Digest.Of(s_big).ToString())),
        });
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => Upload(registry, s_small));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
    }

    private static Task<UploadOutcome> Upload(ScriptedRegistry registry, byte[] content, string? mountFrom = null, RegistrySettings? settings = null) =>
        TestClient.With(registry, repository => repository.Uploads.UploadAsync(
            TestClient.DescriptorOf(content), from => new MemoryStream(content, (int)from, content.Length - (int)from), mountFrom, null, TestClient.Cancel), settings, RepositoryAccess.Write);
}
