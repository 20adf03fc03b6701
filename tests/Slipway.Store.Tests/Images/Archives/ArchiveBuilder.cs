using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Oci;

namespace Slipway.Store.Tests.Images.Archives;

/// <summary>Archives byte by byte, right ones and wrong ones.</summary>
internal sealed class ArchiveBuilder
{
    private readonly List<TarEntry> _entries = [];

    public static byte[] LayerTar(string file, string content) => Tar([File(file, Encoding.UTF8.GetBytes(content))]);

    public static byte[] Gzip(byte[] content)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return to.ToArray();
    }

    public static byte[] Config(params byte[][] layerTars) => Encoding.UTF8.GetBytes(
        $$$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":[{{{string.Join(',', layerTars.Select(l => $"\"{Digest.Of(l)}\""))}}}]}}""");

    public static string Descriptor(byte[] content, string mediaType, string more = "") =>
        $$"""{"mediaType":"{{mediaType}}","digest":"{{Digest.Of(content)}}","size":{{content.Length}}{{more}}}""";

    public static string Named(string name) => $$$""","annotations":{"io.containerd.image.name":"{{{name}}}","org.opencontainers.image.ref.name":"x"}""";

    public ArchiveBuilder Add(string name, byte[] content)
    {
        _entries.Add(File(name, content));
        return this;
    }

    public ArchiveBuilder Add(string name, string content) => Add(name, Encoding.UTF8.GetBytes(content));

    public ArchiveBuilder Link(TarEntryType type, string name, string target)
    {
        _entries.Add(new PaxTarEntry(type, name) { LinkName = target });
        return this;
    }

    public ArchiveBuilder Blob(byte[] content) => Add("blobs/sha256/" + Digest.Of(content).Hex, content);

    /// <summary>The manifest's blob for these layers, all of them in the archive.</summary>
    public byte[] OciImage(byte[] config, params byte[][] layers)
    {
        byte[] manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{Descriptor(config, "application/vnd.oci.image.config.v1+json")}},"layers":[{{string.Join(',', layers.Select(l => Descriptor(l, "application/vnd.oci.image.layer.v1.tar")))}}]}""");
        Blob(manifest).Blob(config);
        foreach (byte[] layer in layers.DistinctBy(l => Digest.Of(l)))
            Blob(layer);
        return manifest;
    }

    public ArchiveBuilder Index(params string[] descriptors) =>
        Add("oci-layout", """{"imageLayoutVersion":"1.0.0"}""").Add("index.json", $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', descriptors)}}]}""");

    public static string DockerManifest(string config, string[] layers, params string[] tags) => new JsonArray(new JsonObject
    {
        ["Config"] = config,
        ["RepoTags"] = new JsonArray([.. tags.Select(t => (JsonNode)JsonValue.Create(t))]),
        ["Layers"] = new JsonArray([.. layers.Select(l => (JsonNode)JsonValue.Create(l))]),
    }).ToJsonString(new JsonSerializerOptions { TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine() });

    public byte[] Bytes() => Tar(_entries);

    public MemoryStream Stream() => new(Bytes());

    private static PaxTarEntry File(string name, byte[] content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch };

    private static byte[] Tar(IEnumerable<TarEntry> entries)
    {
        using var to = new MemoryStream();
        using (var writer = new TarWriter(to, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
                writer.WriteEntry(entry);
        }
        return to.ToArray();
    }
}
