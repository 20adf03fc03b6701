using System.IO.Compression;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Recipes;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Recipes;

/// <summary>Blobs that are dropped and made again.</summary>
public sealed class CompactorTests : IDisposable
{
    private readonly TempStore _store = new();

    public CompactorTests() => TempTree.RequireRoot();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Compact_OwnLayer_IsMadeAgainBitForBit()
    {
        byte[] blob = Gzip(SomeTar(), CompressionLevel.Fastest);
        (ImageRecord image, PackedLayer layer) = Image(blob);

        CompactedLayer result = Compact(layer);

        Assert.Equal(CompactionOutcome.Rebuildable, result.Outcome);
        Assert.False(File.Exists(_store.Storage.Blobs.PathOf(layer.Blob)));
        Assert.True(_store.Storage.Blobs.Contains(layer.Blob));
        Assert.Equal(blob.Length, _store.Storage.Blobs.SizeOf(layer.Blob));
        Assert.Equal(blob, ReadAll(layer.Blob));
        Assert.Contains(layer.Blob, _store.Storage.Blobs.List());
        Assert.Equal(blob, Saved(image, layer.Blob));
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Compact_AnyDeflate_IsMadeAgain(CompressionLevel level)
    {
        byte[] blob = Gzip(SomeTar(), level);
        PackedLayer layer = Image(blob).Layer;
        CompactedLayer result = Compact(layer);
        Assert.True(result.Outcome == CompactionOutcome.Rebuildable, result.Reason);
        Assert.Equal(blob, ReadAll(layer.Blob));
    }

    [Fact]
    public void Compact_PlainLayer_IsMadeAgain()
    {
        byte[] tar = SomeTar();
        PackedLayer layer = Image(tar).Layer;
        Assert.Equal(CompactionOutcome.Rebuildable, Compact(layer).Outcome);
        Assert.Equal(tar, ReadAll(layer.Blob));
    }

    [Fact]
    public void OpenRead_SeekBackAndForth_GivesTheSameBytes()
    {
        byte[] blob = Gzip(SomeTar(), CompressionLevel.Fastest);
        PackedLayer layer = Image(blob).Layer;
        Compact(layer);
        using Stream stream = _store.Storage.Blobs.OpenRead(layer.Blob);
        foreach (int from in (int[])[5000, 100, 0, blob.Length - 3, blob.Length])
        {
            stream.Position = from;
            byte[] rest = new byte[blob.Length - from];
            stream.ReadExactly(rest);
            Assert.Equal(blob[from..], rest);
            Assert.Equal(0, stream.Read(new byte[1]));
        }
    }

    [Fact]
    public void OpenRead_FileOfTheTreeChanged_NamesItAndGivesNoWholeBlob()
    {
        byte[] blob = Gzip(SomeTar(), CompressionLevel.Fastest);
        (ImageRecord image, PackedLayer layer) = Image(blob);
        Compact(layer);
        string file = Path.Join(_store.Storage.Layers.PathOf(image.ChainIds[0]), "etc/words3");
        byte[] content = File.ReadAllBytes(file);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(file, content);

        SlipwayException e = Assert.Throws<SlipwayException>(() => ReadAll(layer.Blob));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Equal($"rebuild blob {layer.Blob.Short}: '/etc/words3' has changed in layer {image.ChainIds[0].Short}", e.Message);
        Assert.Contains("slip system check", e.Hint);
    }

    private (ImageRecord Image, PackedLayer Layer) Image(byte[] blob)
    {
        (Digest digest, long size) = _store.Storage.Blobs.Write(blob);
        using Stream plain = Store.Archives.Compression.OpenRead(new MemoryStream(blob));
        var tar = new MemoryStream();
        plain.CopyTo(tar);
        var diffId = Digest.Of(tar.ToArray());
        var descriptor = new Descriptor { MediaType = MediaTypes.LayerGzip, Digest = digest, Size = size };
        _store.Storage.Layers.UnpackAll([new LayerSource(descriptor, diffId)], Cancel);
        ImageConfig config = TempStore.ConfigFor() with { Rootfs = new RootFs { Type = "layers", DiffIds = [diffId] } };
        ImageRecord image = _store.Storage.Images.Create(config, [descriptor], Reference.Parse("app"));
        return (image, Assert.Single(_store.Storage.Compactor.List([image.Id])));
    }

    private CompactedLayer Compact(PackedLayer layer, CompactionOptions? options = null) => _store.Storage.Compactor.Compact(layer, options ?? new(), Cancel);

    private byte[] ReadAll(Digest blob)
    {
        using Stream stream = _store.Storage.Blobs.OpenRead(blob);
        var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private byte[] Saved(ImageRecord image, Digest blob)
    {
        var archive = new MemoryStream();
        _store.Storage.Archives.Save(archive, [(image, image.Names)], Store.Images.Archives.ArchiveFormat.Oci, Cancel);
        archive.Position = 0;
        var reader = new System.Formats.Tar.TarReader(archive);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.Name.EndsWith(blob.Hex, StringComparison.Ordinal))
            {
                var content = new MemoryStream();
                entry.DataStream!.CopyTo(content);
                return content.ToArray();
            }
        }
        throw new InvalidOperationException("the archive does not have the blob");
    }

    private static byte[] SomeTar()
    {
        var tar = new TarBuilder().Directory("etc/");
        var random = new Random(7);
        string[] words = [.. Enumerable.Range(0, 400).Select(_ => new string([.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => (char)random.Next('a', 'z'))]))];
        for (int i = 0; i < 20; i++)
            tar.File($"etc/words{i}", string.Join(' ', Enumerable.Range(0, 4000).Select(_ => words[random.Next(20) * random.Next(20)])));
        // And a later entry of a name: the tree has that, the tar both.
        return tar.Link("etc/same", "etc/words0").Symlink("etc/link", "words1").File("etc/words2", new string('x', 300)).File("etc/.wh.gone", "").End();
    }

    private static byte[] Gzip(byte[] content, CompressionLevel level)
    {
        var to = new MemoryStream();
        using (var gzip = new GZipStream(to, level, leaveOpen: true))
            gzip.Write(content);
        return to.ToArray();
    }
}
