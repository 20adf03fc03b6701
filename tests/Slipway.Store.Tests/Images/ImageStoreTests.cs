using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Store.Tests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TempStore _store = new();

    private ImageStore Images => _store.Storage.Images;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Create_Image_IsFoundByEveryNameOfIt()
    {
        ImageRecord image = _store.Image("one", "two");
        Images.Tag(image.Id, Reference.Parse("app:1.0"));
        foreach (string name in (string[])["app:1.0", "docker.io/library/app:1.0", $"app@{image.Id}", $"app:1.0@{image.Id}", image.Id.ToString(), image.Id.Hex, image.Id.Short, image.Id.Hex[..1], "sha256:" + image.Id.Short])
            Assert.Equal(image.Id, Images.Get(name).Id);
        ImageRecord found = Images.Get("app:1.0");
        Assert.Equal(2, found.ChainIds.Count);
        Assert.Equal(found.ChainIds, image.ChainIds);
        Assert.Equal([Reference.Parse("app:1.0")], found.Names);
        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero), found.Created);
    }

    [Fact]
    public void Create_Twice_IsTheSameImage()
    {
        Assert.Equal(_store.Image("one").Id, _store.Image("one").Id);
        Assert.Single(Images.List());
    }

    [Theory]
    [InlineData("foo", "No such image: foo:latest")]
    [InlineData("foo:1", "No such image: foo:1")]
    [InlineData("example.org/foo", "No such image: example.org/foo:latest")]
    [InlineData("abc", "No such image: abc:latest")]
    [InlineData("sha256:abc", "No such image: sha256:abc")]
    [InlineData("foo@sha256:0123456789012345678901234567890123456789012345678901234567890123", "No such image: foo@sha256:0123456789012345678901234567890123456789012345678901234567890123")]
    public void Get_Unknown_SaysSoInDockersWords(string name, string message)
    {
        var e = Assert.Throws<SlipwayException>(() => Images.Get(name));
        Assert.Equal((ErrorKind.NotFound, message), (e.Kind, e.Message));
        Assert.Null(Images.Find(name));
    }

    [Theory]
    [InlineData("UPPER")]
    [InlineData("../../etc:x")]
    [InlineData("")]
    [InlineData("a:b:c")]
    [InlineData("a@sha256:../../x")]
    public void Find_NotAName_IsRefused(string name)
    {
        var e = Assert.Throws<SlipwayException>(() => Images.Find(name));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.StartsWith("invalid reference format", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_PrefixOfTwoIds_IsAmbiguous()
    {
        // Seventeen images share a first digit somewhere.
        for (int i = 0; i < 17; i++)
            _store.Image($"layer {i}");
        char digit = Images.List().GroupBy(i => i.Id.Hex[0]).First(g => g.Count() > 1).Key;
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => Images.Find(digit.ToString())).Kind);
    }

    [Fact]
    public void Find_NameThatIsAlsoAPrefix_MeansTheName()
    {
        ImageRecord byId = _store.Image("one");
        ImageRecord byName = _store.Image("two");
        Images.Tag(byName.Id, Reference.Parse(byId.Id.Short));
        Assert.Equal(byName.Id, Images.Get(byId.Id.Short).Id);
    }

    [Fact]
    public void Tag_NameInUse_MovesAndLeavesTheOldImageDangling()
    {
        ImageRecord old = _store.Image("old");
        ImageRecord @new = _store.Image("new");
        Images.Tag(old.Id, Reference.Parse("app"));
        Images.Tag(@new.Id, Reference.Parse("app"));
        Assert.Equal(@new.Id, Images.Get("app").Id);
        Assert.Empty(Images.Get(old.Id.ToString()).Names);
        Assert.Equal(old.Id, Images.Get($"app@{old.Id}").Id);
    }

    [Fact]
    public void Tag_UnknownImage_SaysNotFound() =>
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Images.Tag(Digest.Of("no"u8), Reference.Parse("app"))).Kind);

    [Fact]
    public void Untag_LastName_LeavesTheImage()
    {
        ImageRecord image = _store.Image("one");
        Images.Tag(image.Id, Reference.Parse("app"));
        Assert.True(Images.Untag(Reference.Parse("app")));
        Assert.False(Images.Untag(Reference.Parse("app")));
        Assert.Empty(Images.Get(image.Id.Hex).Names);
    }

    [Fact]
    public void Delete_Image_TakesOnlyWhatNobodyElseUses()
    {
        ImageRecord one = _store.Image("shared", "own");
        ImageRecord two = _store.Image("shared");
        Images.Tag(one.Id, Reference.Parse("app"));
        Images.Delete(one.Id);
        Assert.Null(Images.Find("app"));
        Assert.Equal(Images.Get(two.Id.Hex).Id, two.Id);
        Digest[] left = [two.Id, two.Manifest.Config.Digest, two.Manifest.Layers[0].Digest];
        Assert.Equal(left.Select(d => d.Hex).Order(), _store.Storage.Blobs.List().Select(d => d.Hex).Order());
    }

    [Fact]
    public void Usage_ImagesThatShare_CountsOnce()
    {
        ImageRecord one = _store.Image("shared", "own");
        ImageRecord two = _store.Image("shared");
        ImagesUsage usage = Images.Usage();
        ImageUsage first = usage.Images.Single(i => i.Image == one.Id), second = usage.Images.Single(i => i.Image == two.Id);
        long sharedLayer = _store.Storage.Layers.Find(two.ChainIds[0])!.Bytes, sharedBlob = two.Manifest.Layers[0].Size;
        Assert.Equal(sharedLayer + sharedBlob, first.SharedBytes);
        Assert.Equal(first.SharedBytes, second.SharedBytes);
        Assert.Equal(sharedLayer, second.LayerBytes);
        Assert.Equal(usage.LayerBytes + usage.BlobBytes, first.UniqueBytes + second.UniqueBytes + first.SharedBytes);
        Assert.Equal(_store.Storage.Blobs.List().Sum(_store.Storage.Blobs.SizeOf), usage.BlobBytes);
    }

    [Fact]
    public void BytesFreedBy_IsWhatARemovalFrees_AndWhatSeveralShareCountsAtTheLast()
    {
        ImageRecord one = _store.Image("shared", "own"), two = _store.Image("shared"), three = _store.Image("shared", "third");
        long alone = Images.BytesFreedBy([one.Id], new HashSet<string>())[one.Id];
        IReadOnlyDictionary<Digest, long> all = Images.BytesFreedBy([one.Id, two.Id, three.Id], new HashSet<string>());
        Assert.Equal(alone, all[one.Id]);
        Assert.True(all[three.Id] > all[two.Id]);
        Assert.Equal(alone, Images.Delete(one.Id).Bytes);
        Assert.Equal(all[two.Id], Images.Delete(two.Id).Bytes);
        Assert.Equal(all[three.Id], Images.Delete(three.Id).Bytes);
    }

    [Fact]
    public void BytesFreedBy_WhatAPinHolds_DoesNotCount()
    {
        ImageRecord image = _store.Image("layer");
        _store.Storage.Leases.Pin("container/1", image.ChainIds);
        long blobs = image.Manifest.Layers.Select(l => l.Digest).Append(image.Id).Append(image.Manifest.Config.Digest).Sum(_store.Storage.Blobs.DiskBytesOf);
        Assert.Equal(blobs, Images.BytesFreedBy([image.Id], new HashSet<string>())[image.Id]);
        Assert.True(Images.BytesFreedBy([image.Id], new HashSet<string> { "container/1" })[image.Id] > blobs);
    }

    [Fact]
    public void Delete_Unknown_SaysNotFound() =>
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Images.Delete(Digest.Of("no"u8))).Kind);

    [Fact]
    public void Put_LayerNotUnpacked_IsRefused()
    {
        Descriptor layer = _store.LayerBlob("not unpacked");
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Images.Create(TempStore.ConfigFor(layer), [layer])).Kind);
        Assert.Empty(Images.List());
    }

    [Fact]
    public void Put_BlobMissing_IsRefused()
    {
        ImageRecord image = _store.Image("one");
        byte[] manifest = _store.Storage.Blobs.ReadAll(image.Id, 1 << 20);
        _store.Storage.Database.Execute("DELETE FROM images");
        _store.Storage.Blobs.Delete(image.Manifest.Layers[0].Digest);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Images.Put(manifest)).Kind);
    }

    [Fact]
    public void List_Images_NewestFirstAndOneWithoutATimeWhereItCame()
    {
        _store.Image("one");
        Descriptor[] none = [];
        Images.Create(TempStore.ConfigFor(none) with { Created = "2025-01-01T00:00:00.123456789Z" }, none);
        Images.Create(TempStore.ConfigFor(none) with { Created = "yesterday" }, none);
        Images.Create(TempStore.ConfigFor(none) with { Created = $"{DateTime.UtcNow.Year + 2}-01-01T00:00:00Z" }, none);
        Assert.Equal([DateTime.UtcNow.Year + 2, 1970, 2025, 2024], Images.List().Select(i => i.Created.Year));
    }
}
