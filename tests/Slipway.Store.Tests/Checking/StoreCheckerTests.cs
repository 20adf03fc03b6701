using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Checking;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Checking;

public sealed class StoreCheckerTests : IDisposable
{
    private readonly TempStore _store = new();
    private readonly ImageRecord _image;

    public StoreCheckerTests()
    {
        TempTree.RequireRoot();
        LayerSource[] layers =
        [
            Source(new TarBuilder().Directory("etc/").File("etc/hosts", "one\n").Link("etc/same", "etc/hosts").Symlink("etc/link", "hosts").End()),
            Source(new TarBuilder().File("etc/.wh.hosts", "").File("etc/new", "two\n", "0004755").End()),
        ];
        _store.Storage.Layers.UnpackAll(layers);
        ImageConfig config = TempStore.ConfigFor() with { Rootfs = new RootFs { Type = "layers", DiffIds = [.. layers.Select(l => l.DiffId)] } };
        _image = _store.Storage.Images.Create(config, [.. layers.Select(l => l.Blob)], Reference.Parse("app"));
    }

    private string Lower => _store.Storage.Layers.PathOf(_image.ChainIds[0]);

    private string Upper => _store.Storage.Layers.PathOf(_image.ChainIds[1]);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Check_WholeStore_FindsNothing() => Assert.Empty(Check());

    public static TheoryData<string, string, string> Damages => new()
    {
        { "/etc/hosts", "content differs from byte 2 on", "flip" },
        { "/etc/hosts", "missing", "remove" },
        { "/etc/extra", "not part of the layer", "add" },
        { "/etc/hosts", "mode 0777 instead of 0644", "chmod" },
        { "/etc/hosts", "owner 7:7 instead of 0:0", "chown" },
        { "/etc/hosts", "another time", "touch" },
        { "/etc/same", "missing", "unlink" },
        { "/etc/link", "leads elsewhere", "link" },
        { "/etc/link", "a directory instead of a symlink", "kind" },
        { "/etc", "has user.note", "attribute" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Check_FileDiffers_NamesItAndRepairUnpacksItAgain(string path, string what, string damage)
    {
        Damage(Lower + "/etc", damage);

        Assert.Contains(Check(), f => f.Subject.StartsWith(path + " in layer ", StringComparison.Ordinal) && f.Problem == what && f.State == FindingState.Found);
        Assert.All(Check(new() { Repair = true }), f => Assert.Equal(FindingState.Repaired, f.State));
        Assert.Empty(Check());
        Assert.Equal("one\n", File.ReadAllText(Lower + "/etc/hosts"));
        Assert.Empty(Staged());
    }

    [Fact]
    public void Check_UpperLayerDiffers_NamesThatOne()
    {
        File.Delete(Upper + "/etc/new");
        Assert.Contains(Check(), f => f.Subject == $"/etc/new in layer {_image.ChainIds[1].Short} of app:latest" && f.Problem == "missing");
    }

    [Fact]
    public void Check_LayerIsGone_RepairUnpacksIt()
    {
        _store.Storage.Layers.Delete(_image.ChainIds[1]);

        Assert.Contains(Check(), f => f.Problem == "the layer is not unpacked");
        Assert.All(Check(new() { Repair = true }), f => Assert.Equal(FindingState.Repaired, f.State));

        Assert.Equal("two\n", File.ReadAllText(Upper + "/etc/new"));
        Assert.Empty(Check());
    }

    [Fact]
    public void Check_LayerInUse_IsNotReplaced()
    {
        File.WriteAllText(Lower + "/etc/hosts", "bad");
        ulong before = TempTree.Status(Lower).Inode;

        Assert.Contains(Check(new() { Repair = true, IsInUse = _ => true }), f => f.State == FindingState.Found && f.Note!.StartsWith("a running container", StringComparison.Ordinal));

        Assert.Equal(before, TempTree.Status(Lower).Inode);
    }

    [Fact]
    public void Check_DocumentIsGoneOrDamaged_IsWrittenAgain()
    {
        File.WriteAllText(_store.Storage.Blobs.PathOf(_image.Id), "{}");
        _store.Storage.Blobs.Delete(_image.Manifest.Config.Digest);

        Assert.Equal(2, Check().Count(f => f.State == FindingState.Found));
        Assert.Equal(2, Check(new() { Repair = true }).Count(f => f.State == FindingState.Repaired));

        Assert.Empty(Check());
    }

    [Fact]
    public void Check_LayerBlobFlipped_IsFetchedOrStaysWrong()
    {
        Descriptor blob = _image.Manifest.Layers[1];
        byte[] good = _store.Storage.Blobs.ReadAll(blob.Digest, 1 << 20);
        Flip(_store.Storage.Blobs.PathOf(blob.Digest));

        Assert.Contains(Check(), f => f.Problem == "its bytes have changed" && f.State == FindingState.Found);
        Assert.Contains(Check(new() { Repair = true }), f => f.Subject == $"blob {blob.Digest.Short} of app:latest" && f.State == FindingState.Found);
        Assert.False(_store.Storage.Blobs.Contains(blob.Digest));
        Assert.Contains(Check(new() { Repair = true, Fetch = Refetch }), f => f.Note == "fetched again" && f.State == FindingState.Repaired);
        Assert.Empty(Check());

        bool Refetch(ImageRecord image, Descriptor wanted)
        {
            Assert.Equal((_image.Id, blob.Digest), (image.Id, wanted.Digest));
            _store.Storage.Blobs.Write(good);
            return true;
        }
    }

    [Fact]
    public void Check_BlobOfNoImageFlipped_IsRemoved()
    {
        // Under a lease, or the next collection would take it.
        using Store.Leases.Lease lease = _store.Storage.Leases.Acquire("test");
        Digest loose = _store.Storage.Blobs.Write("loose"u8).Digest;
        Flip(_store.Storage.Blobs.PathOf(loose));

        Assert.Equal(FindingState.Removed, Assert.Single(Check(new() { Repair = true })).State);
        Assert.False(_store.Storage.Blobs.Contains(loose));
    }

    [Fact]
    public void Check_StrangeName_IsNamedAndLeftAlone()
    {
        string path = Path.Join(_store.Paths.Layers, "lost+found");
        Directory.CreateDirectory(path);
        Assert.Contains("lost+found", Assert.Single(Check(new() { Repair = true })).Subject);
        Assert.True(Directory.Exists(path));
    }

    private IReadOnlyList<Finding> Check(CheckOptions? options = null) => StoreChecker.Check(_store.Storage, options ?? new(), TestContext.Current.CancellationToken);

    private string[] Staged() => Directory.GetFileSystemEntries(_store.Paths.Tmp);

    private LayerSource Source(byte[] tar)
    {
        (Digest digest, long size) = _store.Storage.Blobs.Write(tar);
        return new(new Descriptor { MediaType = MediaTypes.Layer, Digest = digest, Size = size }, digest);
    }

    private static void Flip(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);
    }

    private static void Damage(string etc, string damage)
    {
        using DirFd directory = DirFd.Open(etc);
        DateTime before = File.GetLastWriteTimeUtc(etc + "/hosts");
        switch (damage)
        {
            case "flip":
                Flip(etc + "/hosts");
                File.SetLastWriteTimeUtc(etc + "/hosts", before);
                break;
            case "remove": File.Delete(etc + "/hosts"); break;
            case "add": File.WriteAllText(etc + "/extra", ""); break;
            case "chmod": directory.SetMode("hosts"u8, 0x1ff); break;
            case "chown": directory.SetOwner("hosts"u8, 7, 7); break;
            case "touch": directory.SetTime("hosts"u8, new FileTime(5, 0)); break;
            case "unlink":
                File.Delete(etc + "/same");
                break;
            case "link":
                File.Delete(etc + "/link");
                File.CreateSymbolicLink(etc + "/link", "/elsewhere");
                break;
            case "kind":
                File.Delete(etc + "/link");
                Directory.CreateDirectory(etc + "/link");
                break;
            case "attribute": directory.Handle.SetXattr("user.note"u8, "x"u8); break;
            default: throw new ArgumentOutOfRangeException(nameof(damage));
        }
    }
}
