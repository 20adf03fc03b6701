using System.Text;
using Slipway.Oci.Image;
using Slipway.Tests;
using Xunit;

namespace Slipway.Oci.Tests.Image;

public class ImageJsonTests
{
    private const string Digest1 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Write_Manifest_IsTheSpecsForm()
    {
        var descriptor = new Descriptor { MediaType = MediaTypes.LayerGzip, Digest = Digest.Parse(Digest1), Size = 5 };
        var manifest = new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.Manifest, Config = descriptor with { MediaType = MediaTypes.Config }, Layers = [descriptor] };
        Assert.Equal(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{Digest1}}}","size":5},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{Digest1}}}","size":5}]}""",
            Encoding.UTF8.GetString(ImageManifestJson.Write(manifest)));
    }

    [Fact]
    public void Write_AnyDocument_ReadsBackTheSame()
    {
        var random = new RandomRecord(seed: 1);
        for (int round = 0; round < 300; round++)
        {
            ImageManifest manifest = random.Make<ImageManifest>();
            Assert.Null(RandomRecord.Difference(manifest, ImageManifestJson.Read(ImageManifestJson.Write(manifest), "it")));
            ImageIndex index = random.Make<ImageIndex>();
            Assert.Null(RandomRecord.Difference(index, ImageManifestJson.ReadIndex(ImageManifestJson.Write(index), "it")));
            ImageConfig config = random.Make<ImageConfig>();
            Assert.Null(RandomRecord.Difference(config, ImageConfigJson.Read(ImageConfigJson.Write(config), "it")));
        }
    }

    [Fact]
    public void Config_OfDocker_SurvivesARoundTrip()
    {
        const string Json = $$$"""{"created":"2024-01-01T00:00:00.123456789Z","author":"me","architecture":"amd64","os":"linux","os.version":"1","variant":"v8","config":{"User":"app","ExposedPorts":{"80/tcp":{}},"Env":["A=b"],"Entrypoint":["/x"],"Cmd":["y"],"Volumes":{"/data":{}},"WorkingDir":"/w","Labels":{"k":"v+<>&é😀\u0001\u001F\n\t\"\\/"},"StopSignal":"SIGINT","Shell":["/bin/sh","-c"],"ArgsEscaped":true,"OnBuild":["RUN x"]},"rootfs":{"type":"layers","diff_ids":["{{{Digest1}}}"]},"history":[{"created":"2024-01-01T00:00:00Z","created_by":"x","author":"me","comment":"c","empty_layer":true}]}""";
        Assert.Equal(Json, Encoding.UTF8.GetString(ImageConfigJson.Write(ImageConfigJson.Read(Encoding.UTF8.GetBytes(Json), "it"))));
    }

    [Theory]
    [InlineData("""{"mediaType":"a","mediaType":"b","digest":"DIGEST","size":1}""", "config.mediaType: it is there twice")]
    [InlineData("""{"mediaType":"a","media\u0054ype":"b","digest":"DIGEST","size":1}""", "config.mediaType: it is there twice")]
    [InlineData("""{"MediaType":"a","digest":"DIGEST","size":1}""", "config.mediaType: it is missing")]
    [InlineData("""{"mediaType":"a","digest":"sha256:../../../etc","size":1}""", "config.digest: expected sha256: and 64 lower-case hexadecimal digits, got \"sha256:../../../etc\"")]
    [InlineData("""{"mediaType":"a","digest":7,"size":1}""", "config.digest: expected sha256: and 64 lower-case hexadecimal digits, got 7")]
    [InlineData("""{"mediaType":"a","digest":null,"size":1}""", "config.digest: it is missing")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":1.5}""", "config.size: expected a number from -9223372036854775808 to 9223372036854775807, got 1.5")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":"1"}""", "config.size: expected a number from -9223372036854775808 to 9223372036854775807, got \"1\"")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":9223372036854775808}""", "config.size: expected a number from -9223372036854775808 to 9223372036854775807, got 9223372036854775808")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST"}""", "config.size: it is missing")]
    [InlineData("""{"mediaType":"a","digest":"DIGEST","size":1,}""", "config.size: not valid JSON")]
    public void Read_HostileDescriptor_IsRefused(string json, string why)
    {
        string manifest = $$"""{"schemaVersion":2,"config":{{json.Replace("DIGEST", Digest1, StringComparison.Ordinal)}},"layers":[]}""";
        SlipwayException error = Assert.Throws<SlipwayException>(() => ImageManifestJson.Read(Encoding.UTF8.GetBytes(manifest), "the manifest"));
        Assert.StartsWith("read the manifest: " + why, error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData("manifests", "with it, the document could be read as something else")]
    [InlineData("Layers", "'layers' is meant")]
    [InlineData("MANIFESTS", "'manifests' is meant")]
    public void Read_ManifestWithASecondMeaning_IsRefused(string member, string why)
    {
        string manifest = $$"""{"schemaVersion":2,"config":{"mediaType":"a","digest":"{{Digest1}}","size":1},"layers":[],"{{member}}":[]}""";
        Assert.Equal($"read it: {member}: {why}", Assert.Throws<SlipwayException>(() => ImageManifestJson.Read(Encoding.UTF8.GetBytes(manifest), "it")).Message);
    }

    [Theory]
    [InlineData("layers")]
    [InlineData("config")]
    public void ReadIndex_WithASecondMeaning_IsRefused(string member)
    {
        string index = $$"""{"schemaVersion":2,"manifests":[],"{{member}}":[]}""";
        Assert.StartsWith($"read it: {member}: with it,", Assert.Throws<SlipwayException>(() => ImageManifestJson.ReadIndex(Encoding.UTF8.GetBytes(index), "it")).Message, StringComparison.Ordinal);
    }
}
