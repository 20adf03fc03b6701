using System.Formats.Tar;
using System.Text;
using Slipway.Oci;
using Slipway.Oci.Image;
using Xunit;

namespace Slipway.Store.Tests.Images.Archives;

/// <summary>
/// The security catalogue's table H-load. Each case must be refused in one sentence and leave the store as it was;
/// <see cref="Load_TheSameArchiveUnharmed_Works"/> is the twin that shows that the refusal is about the harm.
/// </summary>
public sealed class HostileLoadTests : IDisposable
{
    private static readonly byte[] s_layer = ArchiveBuilder.LayerTar("a", "one");
    private static readonly byte[] s_config = ArchiveBuilder.Config(s_layer);
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    public static TheoryData<string> Cases => [.. Archives().Keys];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Load_Hostile_IsRefusedAndLeavesNothing(string name)
    {
        string canary = _store.Outside("canary");
        File.WriteAllText(canary, "secret");
        var e = Assert.ThrowsAny<SlipwayException>(() => _store.Storage.Archives.Load(Archives()[name].Stream(), default));
        Assert.Contains(e.Kind, (ErrorKind[])[ErrorKind.InvalidArgument, ErrorKind.Corrupt]);
        Assert.True(e.Message.Length < 500, e.Message);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        Assert.Equal("secret", File.ReadAllText(canary));
        Assert.Empty(_store.Storage.Images.List());
        Assert.Empty(_store.Storage.Blobs.List());
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Ingest));
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Tmp));
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Layers));
    }

    [Fact]
    public void Load_TheSameArchiveUnharmed_Works()
    {
        Assert.Single(_store.Storage.Archives.Load(Docker("c.json", ["l.tar"], "app:x").Stream(), default));
        Assert.Single(_store.Storage.Archives.Load(Oci(b => b).Stream(), default));
        // The manifest that we make is the one that the layout has.
        Assert.Single(_store.Storage.Images.List());
    }

    [Fact]
    public void Load_DiffIdWrong_NamesBothDigests()
    {
        var e = Assert.ThrowsAny<SlipwayException>(() => _store.Storage.Archives.Load(Archives()["f: diff id wrong"].Stream(), default));
        Assert.Contains(Digest.Of(s_layer).Hex, e.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of("other"u8).Hex, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FiveHundredLayers_Works()
    {
        byte[][] layers = [.. Enumerable.Repeat(s_layer, 500)];
        ArchiveBuilder archive = new ArchiveBuilder().Add("l.tar", s_layer).Add("c.json", ArchiveBuilder.Config(layers))
            .Add("manifest.json", ArchiveBuilder.DockerManifest("c.json", [.. layers.Select(_ => "l.tar")]));
        Assert.Equal(500, Assert.Single(_store.Storage.Archives.Load(archive.Stream(), default)).Image.ChainIds.Count);
    }

    private static ArchiveBuilder Docker(string config, string[] layers, string tag, byte[]? configBytes = null, byte[]? layer = null) =>
        new ArchiveBuilder().Add("c.json", configBytes ?? s_config).Add("l.tar", layer ?? s_layer).Add("manifest.json", ArchiveBuilder.DockerManifest(config, layers, tag));

    private static ArchiveBuilder Oci(Func<string, string> harm, bool index = false)
    {
        var archive = new ArchiveBuilder().Blob(s_config).Blob(s_layer);
        string json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","config":{{ArchiveBuilder.Descriptor(s_config, MediaTypes.Config)}},"layers":[{{ArchiveBuilder.Descriptor(s_layer, MediaTypes.Layer)}}]}""";
        byte[] manifest = Encoding.UTF8.GetBytes(index ? json : harm(json));
        string descriptor = ArchiveBuilder.Descriptor(manifest, MediaTypes.Manifest);
        return archive.Blob(manifest).Index(index ? harm(descriptor) : descriptor);
    }

    private static Func<string, string> Replace(string from, string to) => text => text.Replace(from, to, StringComparison.Ordinal);

    private static byte[] Config(string from, string to) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(s_config).Replace(from, to, StringComparison.Ordinal));

    private static ArchiveBuilder NestedIndexes(int depth)
    {
        var archive = new ArchiveBuilder();
        byte[] inner = archive.OciImage(s_config, s_layer);
        string type = MediaTypes.Manifest;
        for (int i = 0; i < depth; i++, type = MediaTypes.Index)
        {
            inner = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{{ArchiveBuilder.Descriptor(inner, type)}}]}""");
            archive.Blob(inner);
        }
        return archive.Index(ArchiveBuilder.Descriptor(inner, MediaTypes.Index));
    }

    private static Dictionary<string, ArchiveBuilder> Archives() => new()
    {
        ["b: config leads out"] = Docker("../../../../../../etc/hostname", ["l.tar"], "app"),
        ["b: config absolute"] = Docker("/etc/hostname", ["l.tar"], "app"),
        ["c: layer leads out"] = Docker("c.json", ["../../../../../../etc/hostname"], "app"),
        ["d: layer is a symlink to a host file"] = Docker("c.json", ["link"], "app").Link(TarEntryType.SymbolicLink, "link", "/etc/hostname"),
        ["d: layer is a symlink that climbs out"] = Docker("c.json", ["link"], "app").Link(TarEntryType.SymbolicLink, "link", "../../../../etc/hostname"),
        ["d: layer is a hard link to a host file"] = Docker("c.json", ["link"], "app").Link(TarEntryType.HardLink, "link", "/etc/hostname"),
        ["d: layer is a symlink to itself"] = Docker("c.json", ["link"], "app").Link(TarEntryType.SymbolicLink, "link", "link"),
        ["e: config is a symlink to a host file"] = Docker("link", ["l.tar"], "app").Link(TarEntryType.SymbolicLink, "link", "/etc/hostname"),
        ["f: diff id wrong"] = Docker("c.json", ["l.tar"], "app", Config(Digest.Of(s_layer).Hex, Digest.Of("other"u8).Hex)),
        ["g: layer missing"] = Docker("c.json", ["other.tar"], "app"),
        ["h: more layers than diff ids"] = Docker("c.json", ["l.tar", "l.tar"], "app"),
        ["h: fewer layers than diff ids"] = Docker("c.json", [], "app"),
        ["i: layer cut"] = Docker("c.json", ["l.tar"], "app", layer: s_layer[..700]),
        ["j: deep JSON"] = new ArchiveBuilder().Add("manifest.json", new string('[', 200_000)),
        ["j: deep config"] = Docker("c.json", ["l.tar"], "app", Config("\"os\"", $"\"x\":{new string('[', 100)}{new string(']', 100)},\"os\"")),
        ["k: duplicate keys"] = Docker("c.json", ["l.tar"], "app", Config("\"os\":\"linux\"", "\"os\":\"linux\",\"os\":\"linux\"")),
        ["k: duplicate layers in a manifest"] = Oci(Replace("\"layers\":[", "\"layers\":[],\"layers\":[")),
        ["k: layers next to Layers"] = Oci(Replace("\"layers\":[", "\"Layers\":[],\"layers\":[")),
        ["l: tag leads out"] = Docker("c.json", ["l.tar"], "../../etc:x"),
        ["l: tag in capitals"] = Docker("c.json", ["l.tar"], "UPPER:x"),
        ["l: name in an index leads out"] = Oci(Replace("\"size\"", "\"annotations\":{\"io.containerd.image.name\":\"../../etc:x\"},\"size\""), index: true),
        ["m: config over the cap"] = Docker("c.json", ["l.tar"], "app", Config("\"os\"", $"\"x\":\"{new string('x', 8 << 20)}\",\"os\"")),
        ["m: index over the cap"] = new ArchiveBuilder().Add("index.json", new string(' ', 5 << 20)),
        ["n: diff id is a path"] = Docker("c.json", ["l.tar"], "app", Config(Digest.Of(s_layer).Hex, "../../../../etc")),
        ["p: empty list"] = new ArchiveBuilder().Add("manifest.json", "[]"),
        ["p: empty index"] = new ArchiveBuilder().Index(),
        ["q: null"] = new ArchiveBuilder().Add("manifest.json", "null"),
        ["q: null image"] = new ArchiveBuilder().Add("manifest.json", "[null]"),
        ["r: config null"] = Docker("c.json", ["l.tar"], "app", "null"u8.ToArray()),
        ["s: 10,000 layers"] = Docker("c.json", [.. Enumerable.Repeat("l.tar", 10_000)], "app"),
        ["+: no image at all"] = new ArchiveBuilder().Add("README", "hello"),
        ["+: one name twice"] = Docker("c.json", ["l.tar"], "app").Add("./l.tar", s_layer),
        ["+: manifest is an index too"] = Oci(Replace("\"layers\"", "\"manifests\":[],\"layers\"")),
        ["+: media type differs from the descriptor's"] = Oci(Replace(MediaTypes.Manifest, MediaTypes.DockerManifest)),
        ["+: descriptor of another size"] = Oci(Replace($"\"size\":{s_layer.Length}", $"\"size\":{s_layer.Length - 1}")),
        ["+: descriptor of size -1"] = Oci(Replace($"\"size\":{s_layer.Length}", "\"size\":-1")),
        ["+: descriptor of size 2^63"] = Oci(Replace($"\"size\":{s_layer.Length}", "\"size\":9223372036854775808")),
        ["+: digest is a path"] = Oci(Replace(Digest.Of(s_layer).ToString(), "sha256:../../../../etc/passwd")),
        ["+: digest of another algorithm"] = Oci(Replace("sha256:" + Digest.Of(s_layer).Hex, "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709")),
        ["+: config as layer"] = Oci(Replace(ArchiveBuilder.Descriptor(s_layer, MediaTypes.Layer), ArchiveBuilder.Descriptor(s_config, MediaTypes.Layer))),
        ["+: layer as config"] = Oci(Replace(ArchiveBuilder.Descriptor(s_config, MediaTypes.Config), ArchiveBuilder.Descriptor(s_layer, MediaTypes.Config))),
        ["+: not a container image"] = Oci(Replace(MediaTypes.Config, "application/vnd.cncf.helm.config.v1+json")),
        ["+: layer of wrong media type"] = Oci(Replace(MediaTypes.Layer + "\"", "application/x-executable\"")),
        ["+: index in index 100 deep"] = NestedIndexes(100),
        ["+: blob under another digest"] = Oci(b => b).Add("blobs/sha256/" + Digest.Of("other"u8).Hex, "not that"),
        ["+: env without ="] = Docker("c.json", ["l.tar"], "app", Config("\"Cmd\"", "\"Env\":[\"X\"],\"Cmd\"")),
        ["+: Entrypoint as string"] = Docker("c.json", ["l.tar"], "app", Config("\"Cmd\"", "\"Entrypoint\":\"sh\",\"Cmd\"")),
        ["+: layer of wrong content"] = Docker("c.json", ["l.tar"], "app", ArchiveBuilder.Config(Encoding.ASCII.GetBytes("no tar")), Encoding.ASCII.GetBytes("no tar")),
    };
}
