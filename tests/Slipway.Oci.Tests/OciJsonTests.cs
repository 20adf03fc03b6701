using System.Text;
using System.Text.Json;
using Slipway.Oci.Image;
using Slipway.Oci.Runtime;
using Xunit;

namespace Slipway.Oci.Tests;

public class OciJsonTests
{
    private const string Digest1 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Serialize_Manifest_IsTheSpecsForm()
    {
        var descriptor = new Descriptor { MediaType = MediaTypes.LayerGzip, Digest = Digest.Parse(Digest1), Size = 5 };
        var manifest = new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.Manifest, Config = descriptor with { MediaType = MediaTypes.Config }, Layers = [descriptor] };
        Assert.Equal(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{Digest1}}}","size":5},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{Digest1}}}","size":5}]}""",
            JsonSerializer.Serialize(manifest, OciJson.Strict.ImageManifest));
    }

    [Fact]
    public void Config_OfDocker_SurvivesARoundTrip()
    {
        const string Json = $$$"""{"created":"2024-01-01T00:00:00.123456789Z","architecture":"amd64","os":"linux","config":{"User":"app","ExposedPorts":{"80/tcp":{}},"Env":["A=b"],"Entrypoint":["/x"],"Cmd":["y"],"Volumes":{"/data":{}},"WorkingDir":"/w","Labels":{"k":"v+<>&é"},"StopSignal":"SIGINT","Shell":["/bin/sh","-c"],"OnBuild":["RUN x"]},"rootfs":{"type":"layers","diff_ids":["{{{Digest1}}}"]},"history":[{"created":"2024-01-01T00:00:00Z","created_by":"x","empty_layer":true}]}""";
        ImageConfig config = JsonSerializer.Deserialize(Json, OciJson.Strict.ImageConfig)!;
        Assert.Equal(Json, JsonSerializer.Serialize(config, OciJson.Strict.ImageConfig));
    }

    [Theory]
    [InlineData("""{"mediaType":"a","mediaType":"b","digest":"DIGEST","size":1}""")]
    [InlineData("""{"MediaType":"a","digest":"DIGEST","size":1}""")]
    [InlineData("""{"mediaType":"a","digest":"sha256:../../../etc","size":1}""")]
    [InlineData("""{"mediaType":"a","digest":7,"size":1}""")]
    [InlineData("""{"mediaType":"a","digest":null,"size":1}""")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":1.5}""")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":"1"}""")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":9223372036854775808}""")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST"}""")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":1} {}""")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":1,}""")]
    public void Deserialize_HostileDescriptor_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json.Replace("DIGEST", Digest1, StringComparison.Ordinal), OciJson.Strict.Descriptor));

    [Theory]
    [InlineData(60, true)]
    [InlineData(70, false)]
    [InlineData(200_000, false)]
    public void Deserialize_DeepDocument_IsRefusedBeyondTheBound(int depth, bool good)
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"mediaType":"a","digest":"{{Digest1}}","size":1,"x":{{new string('[', depth)}}{{new string(']', depth)}}}""");
        if (good)
            Assert.Equal(1, JsonSerializer.Deserialize(json, OciJson.Strict.Descriptor)!.Size);
        else
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, OciJson.Strict.Descriptor));
    }

    [Fact]
    public void RuntimeSpec_Documents_HaveTheSpecsNames()
    {
        var spec = new RuntimeSpec
        {
            OciVersion = "1.2.0",
            Process = new ProcessSpec { Cwd = "/", Args = ["sh"], User = new UserSpec { Uid = 1, Gid = 2 }, NoNewPrivileges = true },
            Linux = new LinuxSpec { UidMappings = [new IdMapping { ContainerId = 0, HostId = 1000, Size = 1 }], Resources = new ResourcesSpec { Pids = new PidsSpec { Limit = 10 } } },
        };
        Assert.Equal(
            """{"ociVersion":"1.2.0","process":{"cwd":"/","args":["sh"],"user":{"uid":1,"gid":2},"noNewPrivileges":true},"linux":{"uidMappings":[{"containerID":0,"hostID":1000,"size":1}],"resources":{"pids":{"limit":10}}}}""",
            JsonSerializer.Serialize(spec, OciJson.Strict.RuntimeSpec));
    }
}
