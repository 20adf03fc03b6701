using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Checking;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Recipes;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Checking;

/// <summary>One bit, or one file, in any part of a store: the check finds it and says where.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly TempStore _store = new();
    private readonly ImageRecord _image;

    public DamageTests()
    {
        TempTree.RequireRoot();
        LayerSource[] layers = [Source(Tar("one")), Source(Tar("two"))];
        _store.Storage.Layers.UnpackAll(layers);
        ImageConfig config = TempStore.ConfigFor() with { Rootfs = new RootFs { Type = "layers", DiffIds = [.. layers.Select(l => l.DiffId)] } };
        _image = _store.Storage.Images.Create(config, [.. layers.Select(l => l.Blob)], Reference.Parse("app"));
        // The first layer's blob stays, the second's is dropped.
        PackedLayer second = _store.Storage.Compactor.List().Single(l => l.ChainId == _image.ChainIds[1]);
        CompactedLayer result = _store.Storage.Compactor.Compact(second, new(), default);
        Assert.Equal(CompactionOutcome.Rebuildable, result.Outcome);
    }

    public void Dispose() => _store.Dispose();

    public static TheoryData<string, string> Parts => new()
    {
        { "blob", "blob {0} of app:latest" },
        { "recipe", "blob {1} of app:latest" },
        { "manifest", "manifest {2} of app:latest" },
        { "config", "configuration {3} of app:latest" },
        { "file of kept", "/file in layer {4} of app:latest" },
        { "file of dropped", "/file in layer {5} of app:latest" },
        { "record of kept", "layer {4} of app:latest" },
        { "record of dropped", "layer {5} of app:latest" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void Check_BitFlipped_NamesIt(string part, string subject)
    {
        Assert.Empty(Check());
        string path = PathOf(part);
        FileTime before = TempTree.Status(path).Modified;
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 4;
        File.WriteAllBytes(path, content);
        using (DirFd parent = DirFd.Open(Path.GetDirectoryName(path)!))
            parent.SetTime(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)), before);

        Assert.Contains(Check(), f => f.Subject == Named(subject));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Check_FileRemoved_NamesIt(string part, string subject)
    {
        File.Delete(PathOf(part));
        Assert.Contains(Check(), f => f.Subject == Named(subject));
    }

    [Fact]
    public void Repair_RecordsAndMetadataOfADroppedLayer_AreMendedFromTheRecipe()
    {
        File.Delete(PathOf("record of dropped"));
        using (DirFd tree = DirFd.Open(_store.Storage.Layers.PathOf(_image.ChainIds[1])))
            tree.SetMode("file"u8, 0x1ff);

        Assert.All(Check(new() { Repair = true }), f => Assert.Equal(FindingState.Repaired, f.State));

        Assert.Empty(Check());
    }

    [Fact]
    public void Repair_ContentOfADroppedLayer_IsFetchedOrStaysNamed()
    {
        byte[] blob = _store.Storage.Blobs.ReadAll(_image.Manifest.Layers[1].Digest, 1 << 20);
        File.WriteAllText(PathOf("file of dropped"), "other");

        Assert.Contains(Check(new() { Repair = true }), f => f.State == FindingState.Found && f.Note!.Contains("could not be fetched"));
        Assert.All(Check(new() { Repair = true, Fetch = Fetch }), f => Assert.Equal(FindingState.Repaired, f.State));

        Assert.Empty(Check());

        bool Fetch(ImageRecord image, Descriptor wanted)
        {
            _store.Storage.Blobs.Write(blob);
            return true;
        }
    }

    [Fact]
    public void Repair_RecipeDamaged_IsReplacedByTheFetchedBlob()
    {
        Digest digest = _image.Manifest.Layers[1].Digest;
        byte[] blob = _store.Storage.Blobs.ReadAll(digest, 1 << 20);
        File.WriteAllText(PathOf("recipe"), "no recipe");

        Assert.Contains(Check(new() { Repair = true }), f => f.State == FindingState.Found);
        Assert.All(
            Check(new()
            {
                Repair = true,
                Fetch = (_, _) =>
                {
                    _store.Storage.Blobs.Write(blob);
                    return true;
                },
            }),
            f => Assert.Equal(FindingState.Repaired, f.State));

        Assert.False(File.Exists(PathOf("recipe")));
        Assert.Empty(Check());
    }

    private IReadOnlyList<Finding> Check(CheckOptions? options = null) => StoreChecker.Check(_store.Storage, options ?? new(), TestContext.Current.CancellationToken);

    private string PathOf(string part) => part switch
    {
        "blob" => _store.Storage.Blobs.PathOf(_image.Manifest.Layers[0].Digest),
        "recipe" => Path.Join(_store.Paths.Recipes, _image.Manifest.Layers[1].Digest.Hex),
        "manifest" => _store.Storage.Blobs.PathOf(_image.Id),
        "config" => _store.Storage.Blobs.PathOf(_image.Manifest.Config.Digest),
        "file of kept" => Path.Join(_store.Storage.Layers.PathOf(_image.ChainIds[0]), "file"),
        "file of dropped" => Path.Join(_store.Storage.Layers.PathOf(_image.ChainIds[1]), "file"),
        "record of kept" => Path.Join(_store.Paths.Layers, _image.ChainIds[0].Hex, "layer.json"),
        _ => Path.Join(_store.Paths.Layers, _image.ChainIds[1].Hex, "layer.json"),
    };

    private string Named(string subject) => string.Format(
        System.Globalization.CultureInfo.InvariantCulture, subject, _image.Manifest.Layers[0].Digest.Short, _image.Manifest.Layers[1].Digest.Short,
        _image.Id.Short, _image.Manifest.Config.Digest.Short, _image.ChainIds[0].Short, _image.ChainIds[1].Short);

    private static byte[] Tar(string word) => new TarBuilder().File("file", string.Concat(Enumerable.Range(0, 9000).Select(i => $"{word} {i} "))).End();

    private LayerSource Source(byte[] tar)
    {
        (Digest digest, long size) = _store.Storage.Blobs.Write(tar);
        return new(new Descriptor { MediaType = MediaTypes.Layer, Digest = digest, Size = size }, digest);
    }
}
