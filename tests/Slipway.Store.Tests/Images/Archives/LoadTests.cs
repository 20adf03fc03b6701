using System.Text;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images.Archives;
using Xunit;

namespace Slipway.Store.Tests.Images.Archives;

public sealed class LoadTests : IDisposable
{
    private static readonly byte[] s_layer1 = ArchiveBuilder.LayerTar("a", "one");
    private static readonly byte[] s_layer2 = ArchiveBuilder.LayerTar("b", "two");
    private static readonly byte[] s_config = ArchiveBuilder.Config(s_layer1, s_layer2);
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    private IReadOnlyList<LoadedImage> Load(ArchiveBuilder archive) => _store.Storage.Archives.Load(archive.Stream(), default);

    [Fact]
    public void Load_OciLayout_IsRecordedUnderItsName()
    {
        var archive = new ArchiveBuilder();
        byte[] manifest = archive.OciImage(s_config, s_layer1, s_layer2);
        archive.Index(ArchiveBuilder.Descriptor(manifest, MediaTypes.Manifest, ArchiveBuilder.Named("docker.io/library/app:1")));
        LoadedImage loaded = Assert.Single(Load(archive));
        Assert.Equal(Digest.Of(manifest), loaded.Image.Id);
        Assert.Equal(["app:1"], loaded.Names.Select(n => n.Familiar));
        Assert.Equal(Digest.Of(manifest), _store.Storage.Images.Get("app:1").Id);
        Assert.All(loaded.Image.ChainIds, l => Assert.True(Directory.Exists(Path.Join(_store.Paths.Layers, l.Hex, "fs"))));
        AssertClean(4);
    }

    [Fact]
    public void Load_SecondTime_IsTheSameImage()
    {
        var archive = new ArchiveBuilder();
        byte[] manifest = archive.OciImage(s_config, s_layer1, s_layer2);
        archive.Index(ArchiveBuilder.Descriptor(manifest, MediaTypes.Manifest));
        byte[] bytes = archive.Bytes();
        _store.Storage.Archives.Load(new MemoryStream(bytes), default);
        LoadedImage again = Assert.Single(_store.Storage.Archives.Load(new MemoryStream(ArchiveBuilder.Gzip(bytes)), default));
        Assert.Equal(Digest.Of(manifest), again.Image.Id);
        Assert.Empty(again.Names);
        AssertClean(4);
    }

    [Fact]
    public void Load_DockerArchive_KeepsTheConfigurationsBytes()
    {
        byte[] gzipped = ArchiveBuilder.Gzip(s_layer2);
        // manifest.json first, "./" before names, one layer plain and one compressed.
        ArchiveBuilder archive = new ArchiveBuilder()
            .Add("./manifest.json", ArchiveBuilder.DockerManifest("c.json", ["l1/layer.tar", "./l2.tar"], "app", "other:2"))
            .Add("./c.json", s_config).Add("./l1/layer.tar", s_layer1).Add("l2.tar", gzipped).Add("l1/VERSION", "1.0");
        LoadedImage loaded = Assert.Single(Load(archive));
        Assert.Equal(Digest.Of(s_config), loaded.Image.Manifest.Config.Digest);
        Assert.Equal([MediaTypes.Layer, MediaTypes.LayerGzip], loaded.Image.Manifest.Layers.Select(l => l.MediaType));
        Assert.Equal([Digest.Of(s_layer1), Digest.Of(gzipped)], loaded.Image.Manifest.Layers.Select(l => l.Digest));
        Assert.Equal(["app:latest", "other:2"], loaded.Image.Names.Select(n => n.Familiar));
        AssertClean(4);
    }

    [Theory]
    [InlineData(System.Formats.Tar.TarEntryType.SymbolicLink, "../l1/layer.tar")]
    [InlineData(System.Formats.Tar.TarEntryType.HardLink, "l1/layer.tar")]
    public void Load_DockerArchiveWithALinkToAnotherLayer_FollowsItWithinTheArchive(System.Formats.Tar.TarEntryType type, string target)
    {
        ArchiveBuilder archive = new ArchiveBuilder().Add("l1/layer.tar", s_layer1).Link(type, "l2/layer.tar", target).Add("c.json", ArchiveBuilder.Config(s_layer1, s_layer1))
            .Add("manifest.json", ArchiveBuilder.DockerManifest("c.json", ["l1/layer.tar", "l2/layer.tar"], "app"));
        Assert.Equal(2, Assert.Single(Load(archive)).Image.ChainIds.Count);
    }

    [Fact]
    public void Load_SeveralPlatforms_TakesThisMachines()
    {
        var archive = new ArchiveBuilder();
        byte[] mine = archive.OciImage(s_config, s_layer1, s_layer2);
        byte[] other = archive.OciImage(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ArchiveBuilder.Config(s_layer1)).Replace("amd64", "s390x", StringComparison.Ordinal)));
        byte[] index = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
            {{ArchiveBuilder.Descriptor(other, MediaTypes.Manifest, ""","platform":{"architecture":"s390x","os":"linux"}""")}},
            {{ArchiveBuilder.Descriptor(mine, MediaTypes.Manifest, $$""","platform":{"architecture":"{{Platform.Host.Architecture}}","os":"linux"}""")}},
            {{ArchiveBuilder.Descriptor([1, 2], MediaTypes.Manifest, ""","platform":{"architecture":"unknown","os":"unknown"}""")}},
            {{ArchiveBuilder.Descriptor([1, 2, 3], MediaTypes.Manifest, ""","platform":{"architecture":"arm64","os":"linux"}""")}}]}
            """);
        archive.Blob(index).Index(ArchiveBuilder.Descriptor(index, MediaTypes.Index, ArchiveBuilder.Named("app:1")));
        Assert.Equal(Digest.Of(mine), Assert.Single(Load(archive)).Image.Id);
        // The other platform's manifest, and the index, belong to nothing that is kept.
        AssertClean(4);
    }

    [Fact]
    public void Load_IndexWithOneForeignPlatform_TakesIt()
    {
        var archive = new ArchiveBuilder();
        byte[] only = archive.OciImage(s_config, s_layer1, s_layer2);
        byte[] index = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{{ArchiveBuilder.Descriptor(only, MediaTypes.Manifest, ""","platform":{"architecture":"s390x","os":"linux"}""")}}]}""");
        archive.Blob(index).Index(ArchiveBuilder.Descriptor(index, MediaTypes.Index));
        Assert.Equal(Digest.Of(only), Assert.Single(Load(archive)).Image.Id);
    }

    [Fact]
    public void Load_TwoNamesOfOneImage_AreBothTagged()
    {
        var archive = new ArchiveBuilder();
        byte[] manifest = archive.OciImage(s_config, s_layer1, s_layer2);
        archive.Index(
            ArchiveBuilder.Descriptor(manifest, MediaTypes.Manifest, ArchiveBuilder.Named("app:1")),
            ArchiveBuilder.Descriptor(manifest, MediaTypes.Manifest, ArchiveBuilder.Named("host.example/app:2")));
        Assert.Equal(["app:1", "host.example/app:2"], Assert.Single(Load(archive)).Names.Select(n => n.Familiar));
    }

    [Fact]
    public void Load_ManyAtOnceWhileOthersCollect_AllAreWhole()
    {
        byte[] Archive(int n)
        {
            // All share a layer; each has one of its own.
            byte[] own = ArchiveBuilder.LayerTar("own", $"{n}");
            return new ArchiveBuilder().Add("1.tar", s_layer1).Add("2.tar", own).Add("c.json", ArchiveBuilder.Config(s_layer1, own))
                .Add("manifest.json", ArchiveBuilder.DockerManifest("c.json", ["1.tar", "2.tar"], $"app:{n}")).Bytes();
        }

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, n =>
        {
            using ImageStorage mine = _store.Open();
            for (int round = 0; round < 4; round++)
            {
                // Every other one goes again at once, so that what the rest rely on is let go all the time.
                LoadedImage loaded = Assert.Single(mine.Archives.Load(new MemoryStream(Archive(n)), default));
                if (n % 2 == 0)
                    mine.Images.Delete(loaded.Image.Id);
            }
        });
        Assert.Equal(4, _store.Storage.Images.List().Count);
        foreach (var image in _store.Storage.Images.List())
        {
            Assert.All(image.Manifest.Layers, l => Assert.Equal(l.Size, _store.Storage.Blobs.SizeOf(l.Digest)));
            Assert.All(image.ChainIds, c => Assert.NotNull(_store.Storage.Layers.Find(c)));
        }
        AssertClean(4 * 3 + 1);
    }

    [Fact]
    public void Load_Cancelled_LeavesNothing()
    {
        var archive = new ArchiveBuilder();
        archive.Index(ArchiveBuilder.Descriptor(archive.OciImage(s_config, s_layer1, s_layer2), MediaTypes.Manifest));
        Assert.Throws<OperationCanceledException>(() => _store.Storage.Archives.Load(archive.Stream(), new CancellationToken(canceled: true)));
        AssertClean(0);
    }

    [Fact]
    public void Import_RootFileSystem_BecomesAnImageOfOneLayer()
    {
        var config = new ImageConfig { Architecture = "amd64", OS = "linux", Config = new ExecutionConfig { Cmd = ["/bin/sh"] }, Rootfs = new RootFs { Type = "layers", DiffIds = [] } };
        var image = _store.Storage.Archives.Import(new MemoryStream(ArchiveBuilder.Gzip(s_layer1)), config, null, "from a test", default);
        Assert.Equal([Digest.Of(s_layer1)], image.Config.Rootfs.DiffIds);
        Assert.Equal(MediaTypes.LayerGzip, image.Manifest.Layers[0].MediaType);
        Assert.Equal(["/bin/sh"], image.Config.Config!.Cmd!);
        Assert.Equal("from a test", Assert.Single(image.Config.History!).Comment);
        AssertClean(3);
    }

    [Fact]
    public void Import_WithoutDefaults_StillHasAConfiguration()
    {
        var bare = new ImageConfig { Architecture = "amd64", OS = "linux", Rootfs = new RootFs { Type = "layers", DiffIds = [] } };
        var image = _store.Storage.Archives.Import(new MemoryStream(s_layer1), bare, null, null, default);
        Assert.NotNull(image.Config.Config);
        Assert.Contains("\"config\":{}", Encoding.UTF8.GetString(image.ConfigBytes), StringComparison.Ordinal);
    }

    private void AssertClean(int blobs)
    {
        Assert.Equal(blobs, _store.Storage.Blobs.List().Count());
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Ingest));
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Tmp));
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.LeaseLocks));
    }
}
