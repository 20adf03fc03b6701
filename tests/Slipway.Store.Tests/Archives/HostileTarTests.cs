using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

/// <summary>Table H-tar of the security catalogue, by its numbers.</summary>
public sealed class HostileTarTests
{
    private static readonly UnpackOptions s_layer = new() { Whiteouts = WhiteoutMode.Overlay };

    private static void AssertRefused(TempTree tree, byte[] tar, UnpackOptions? options = null, TarLimits? limits = null)
    {
        var error = Assert.Throws<TarException>(() => tree.Unpack(tar, options ?? s_layer, limits));
        Assert.True(error.Message.Length < 600, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        tree.AssertCanaryIsSafe();
    }

    private static string Climb(TempTree tree) => string.Concat(Enumerable.Repeat("../", 12)) + tree.Canary[1..];

    [Fact]
    public void Unpack_NameClimbsOut_IsRefused() // 1
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().File(Climb(tree) + "/p").End());
        AssertRefused(tree, new TarBuilder().File("a/../p").End());
        AssertRefused(tree, new TarBuilder().Directory("..").End());
        AssertRefused(tree, new TarBuilder().Pax(("path", "../p")).File("x").End());
    }

    [Fact]
    public void Unpack_AbsoluteName_StaysInside() // 2
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().File("/etc/x").End());
        Assert.True(File.Exists(tree.At("etc/x")));
    }

    [Fact]
    public void Unpack_ThroughLinkThatLeadsNowhereInside_IsRefused() // 3, 4
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Symlink("d", tree.Canary).File("d/p").End());
        AssertRefused(tree, new TarBuilder().Symlink("e", Climb(tree)).File("e/p").End());
        AssertRefused(tree, new TarBuilder().Symlink("f", tree.Canary).File("f/below/p").End());
    }

    [Fact]
    public void Unpack_ThroughLinkThatLeadsInside_IsWrittenThere() // 3, 4: the pair
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Directory("run/").Symlink("abs", "/run").Symlink("rel", "../../../run").File("abs/p").File("rel/q").End());
        Assert.True(File.Exists(tree.At("run/p")));
        Assert.True(File.Exists(tree.At("run/q")));
    }

    [Fact]
    public void Unpack_HardLinkToOutside_IsRefused() // 5, 6, 7
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Link("h", Climb(tree) + "/secret").File("h", "overwritten").End());
        AssertRefused(tree, new TarBuilder().Link("h", tree.Secret).File("h", "overwritten").End());
        AssertRefused(tree, new TarBuilder().Symlink("d", tree.Canary).Link("h", "d/secret").File("h", "overwritten").End());
    }

    [Fact]
    public void Unpack_HardLinkToSymlinkThenFile_ReplacesTheName() // 5-7
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Symlink("s", tree.Secret).Link("h", "s").File("h", "overwritten", "0000777").End());
        Assert.True(tree.Stat("s").IsSymlink);
        Assert.True(tree.Stat("h").IsRegular);
        tree.AssertCanaryIsSafe();
    }

    [Fact]
    public void Unpack_AbsoluteHardLink_IsSameInode() // 8
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().File("a").Link("b", "/a").End());
        Assert.True(tree.Stat("a").IsSameFileAs(tree.Stat("b")));
    }

    [Fact]
    public void Unpack_SymlinkThenSameName_LastWinsAndLinkIsNotFollowed() // 9, 21
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Symlink("x", tree.Secret).File("x", "new", "0000777").Directory("x/").Symlink("x", tree.Secret).File("x", "last").End());
        Assert.Equal("last", File.ReadAllText(tree.At("x")));
        tree.AssertCanaryIsSafe();
    }

    [Fact]
    public void Unpack_SymlinkInPlaceOfFullDirectory_IsRefused() // 10
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Directory("d/").File("d/x").Symlink("d", tree.Canary).File("d/p").End());
    }

    [Fact]
    public void Unpack_LinkReplacedByDirectory_CachedParentIsForgotten()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Directory("real/").Symlink("d", "real").File("d/one").Directory("d/").File("d/two").End());
        Assert.True(File.Exists(tree.At("real/one")));
        Assert.False(File.Exists(tree.At("real/two")));
        Assert.True(File.Exists(tree.At("d/two")));
    }

    [Theory] // 11, 12
    [InlineData(".", '2')]
    [InlineData("/", '2')]
    [InlineData("./", '0')]
    [InlineData("./.", '1')]
    public void Unpack_RootThatIsNoDirectory_IsRefused(string name, char type)
    {
        using var tree = new TempTree();
        // A regular entry whose name ends in a slash is a directory since v7, and harmless.
        byte[] tar = new TarBuilder().Header(name == "./" ? "." : name, type, link: tree.Canary).End();
        AssertRefused(tree, tar);
        Assert.True(Directory.Exists(tree.Path));
    }

    [Fact]
    public void Unpack_Devices_AreMade() // 13
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Device("b", '4', 8, 0).Device("c", '3', 1, 2).Device("w", '3', 0, 0).Header("f", '6', mode: "0000622").End());
        Assert.Equal(new DeviceNumber(8, 0), tree.Stat("b").SpecialDevice);
        Assert.Equal((FileType.CharacterDevice, new DeviceNumber(1, 2), 0x1a4u), (tree.Stat("c").Type, tree.Stat("c").SpecialDevice, tree.Stat("c").Mode));
        Assert.Equal((FileType.Fifo, 0x192u), (tree.Stat("f").Type, tree.Stat("f").Mode));
    }

    [Theory] // 14, 15, 16, 17
    [InlineData(".wh...")]
    [InlineData(".wh..")]
    [InlineData(".wh.")]
    [InlineData("d/.wh.")]
    [InlineData(".wh..wh.plnk/x")]
    [InlineData(".wh..wh.aufs")]
    [InlineData(".wh.d/x")]
    public void Unpack_WhiteoutOfNoName_IsRefused(string name)
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().File(name).End());
    }

    [Fact]
    public void Unpack_StorageAttributes_NeverReachTheDisk() // 19
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        var notes = new List<string>();
        string[] keys = ["trusted.overlay.redirect", "trusted.overlay.opaque", "trusted.overlay.metacopy", "user.overlay.opaque", "security.selinux", "trusted.foo"];
        byte[] tar = new TarBuilder()
            .Pax([.. keys.Select(k => ($"SCHILY.xattr.{k}", "y")), ("SCHILY.xattr.user.kept", "value")]).File("f")
            .Pax([.. keys.Select(k => ($"SCHILY.xattr.{k}", "y"))]).Directory("d/").End();
        tree.Unpack(tar, s_layer with { Note = notes.Add });
        using SafeFdHolder file = new(tree.Root, "f"), directory = new(tree.Root, "d");
        Assert.Equal(["user.kept"], file.Keys);
        Assert.Empty(directory.Keys);
        Assert.Equal(12, notes.Count);
    }

    [Fact]
    public void Unpack_AttributeTooLarge_IsRefused() // 19h
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Pax(("SCHILY.xattr.user.big", new string('x', 64 * 1024))).File("f").End());
    }

    [Theory] // 20
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    public void Unpack_OwnerOutOfRange_IsRefused(string id)
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Pax(("uid", id)).File("f").End());
        AssertRefused(tree, new TarBuilder().Pax(("gid", id)).File("f").End());
    }

    [Fact]
    public void Unpack_SymlinkLoop_IsRefused() // 22
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Symlink("a", "b").Symlink("b", "a").File("a/x").End());
    }

    [Fact]
    public void Unpack_ChildBeforeParentOfMode000_IsFine() // 23
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().File("p/q/x").Directory("p/", "0000000").End());
        Assert.Equal(0u, tree.Stat("p").Mode);
        Assert.Equal(0x1edu, tree.Stat("p/q").Mode);
    }

    [Fact]
    public void Unpack_NamesTooDeepOrLong_AreRefused() // 24, 25
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Pax(("path", string.Concat(Enumerable.Repeat("a/", 2000)) + "x")).File("f").End());
        AssertRefused(tree, new TarBuilder().Pax(("path", new string('n', 300))).File("f").End());
    }

    [Fact]
    public void Unpack_BytesThatAreNoText_RoundTrip() // 26, non-UTF-8
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        byte[] name = [.. "a\n\x1b["u8, 0xff, 0xfe, .. "z"u8];
        tree.Unpack(new TarBuilder().Header(name, '0').End());
        Assert.Equal(name, Assert.Single(tree.Root.List()).Name);
        Assert.Equal(name, new TarEntryReader(new MemoryStream(tree.Pack())).Next()!.Name);
    }

    [Fact]
    public void Unpack_BadNames_AreRefused() // 27, 28, 31, 32
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Pax(("path", "a\0b")).File("f").End());
        AssertRefused(tree, new TarBuilder().File("").End());
        AssertRefused(tree, new TarBuilder().Symlink("s", "").End());
        AssertRefused(tree, new TarBuilder().File("h").Link("h", "h").End());
        AssertRefused(tree, new TarBuilder().Link("h2", "./h2").End());
    }

    [Fact]
    public void Unpack_FileAsParent_IsRefused() // 29
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().File("f").File("f/x").End());
    }

    [Fact]
    public void Unpack_Setuid_IsKept() // 30
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Header("su", '0', mode: "0006755", uid: 1000).Header("d/", '5', mode: "0003777", uid: 7).End());
        Assert.Equal((0xdedu, 1000u), (tree.Stat("su").Mode, tree.Stat("su").Uid));
        Assert.Equal((0x7ffu, 7u), (tree.Stat("d").Mode, tree.Stat("d").Uid));
    }

    [Fact]
    public void Unpack_BrokenHeaders_AreRefused() // 40-43
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Header("f", '0', change: b => { b.AsSpan(124, 12).Clear(); b[124] = 0x80; b[128] = 0x7f; }).End());
        AssertRefused(tree, new TarBuilder().Header("f", '0', change: b => b.AsSpan(124, 12).Fill(0xff)).End());
        AssertRefused(tree, new TarBuilder().Header("f", '0', change: b => TarBuilder.Text(b, 124, "garbage")).End());
        AssertRefused(tree, new TarBuilder().Header("f", 'Z').End());
        byte[] wrongSum = new TarBuilder().File("f").End();
        wrongSum[0] ^= 1;
        AssertRefused(tree, wrongSum);
        byte[] noise = new byte[4096];
        new Random(1).NextBytes(noise);
        AssertRefused(tree, noise);
    }

    [Theory] // 44, 45
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    public void Unpack_HugeExtension_IsRefusedOnItsDeclaredSize(char type)
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Header("h", type, size: 4L << 30).End());
    }

    [Fact]
    public void Unpack_SparseMaps_AreBounded() // 46
    {
        using var tree = new TempTree();
        byte[] map = Encoding.ASCII.GetBytes("10000000\n" + string.Concat(Enumerable.Repeat("0\n0\n", 500_000)));
        AssertRefused(tree, new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1"))
            .Header("f", '0', map.Length).Data(map).End());
        string flat = string.Join(',', Enumerable.Repeat("0,0", 200_000));
        AssertRefused(tree, new TarBuilder().Pax(("GNU.sparse.map", flat)).Header("f", '0').End());
    }

    [Fact]
    public void Unpack_TerabyteHole_CostsNoDisk() // 47
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        const long Size = 1L << 40;
        byte[] map = new byte[512];
        Encoding.ASCII.GetBytes($"1\n{Size - 4}\n4\n").CopyTo(map, 0);
        tree.Unpack(new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "hole"), ("GNU.sparse.realsize", $"{Size}"))
            .Header("GNUSparseFile.0/hole", '0', 516).Data([.. map, .. "data"u8]).End());
        Assert.Equal(Size, tree.Stat("hole").Size);
        Assert.True(tree.Stat("hole").Blocks < 64);
        using var file = new FileStream(tree.At("hole"), FileMode.Open);
        file.Seek(-4, SeekOrigin.End);
        Assert.Equal('d', file.ReadByte());
    }

    [Theory]
    [InlineData("0\n4\n")]
    [InlineData("1\n8\n4\n")]
    [InlineData("1\n0\n5\n")]
    [InlineData("2\n4\n2\n0\n2\n")]
    [InlineData("1\n9223372036854775807\n4\n")]
    [InlineData("x\n")]
    public void Unpack_WrongSparseMap_IsRefused(string text)
    {
        using var tree = new TempTree();
        byte[] map = new byte[512];
        Encoding.ASCII.GetBytes(text).CopyTo(map, 0);
        AssertRefused(tree, new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "f"), ("GNU.sparse.realsize", "10"))
            .Header("g", '0', 516).Data([.. map, .. "data"u8]).End());
    }

    [Fact]
    public void Unpack_SparseNameClimbsOut_IsRefused()
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Pax(("GNU.sparse.name", "../x"), ("GNU.sparse.map", "0,4"), ("GNU.sparse.size", "4")).File("f", "data").End());
    }

    [Fact]
    public void Unpack_CutArchives_AreRefused() // 48, 49, 50
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().File("f").Cut());
        AssertRefused(tree, new TarBuilder().Header("f", '0', 5000).Data("short").Cut());
        AssertRefused(tree, []);
        AssertRefused(tree, [.. new TarBuilder().Pax(("path", "x")).End()]);
    }

    [Fact]
    public void Next_WithoutEnd_IsTheEndWhereThatMayBe()
    {
        byte[] whole = new TarBuilder().File("f", "data").Cut();
        foreach (byte[] tar in new[] { whole, whole[..516], [.. whole, .. new byte[512]] })
        {
            var reader = new TarEntryReader(new MemoryStream(tar)) { MayLackEnd = true };
            Assert.Equal("f"u8, reader.Next()!.Name);
            Assert.Null(reader.Next());
            Assert.Null(reader.Next());
        }
    }

    [Fact]
    public void Next_CutWithinAnEntry_IsRefusedAllTheSame()
    {
        byte[] whole = new TarBuilder().File("f", "data").File("g", "data").Cut();
        byte[] named = new TarBuilder().File("f").Pax(("path", "x")).Cut();
        foreach (byte[] tar in new[] { [], whole[..100], whole[..514], whole[..700], whole[..1100], named, [.. whole, .. new byte[1023]] })
        {
            var reader = new TarEntryReader(new MemoryStream(tar)) { MayLackEnd = true };
            Assert.Throws<TarException>(() =>
            {
                while (reader.Next() is not null)
                {
                }
            });
        }
    }

    [Fact]
    public void Unpack_OnlyZeroes_IsEmpty() // 51
    {
        using var tree = new TempTree();
        Assert.Equal(0, tree.Unpack(new byte[10240]).Entries);
    }

    [Fact]
    public void Unpack_BeyondLimits_IsRefused()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().File("a").File("b").End(), limits: new() { MaxEntries = 1 });
        AssertRefused(tree, new TarBuilder().File("a", "12345").Header("b", '0', 1L << 32).End(), limits: new() { MaxBytes = 10 });
    }

    [Fact]
    public void Unpack_GlobalHeader_CanNotRename()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Pax('g', ("path", "../../x"), ("linkpath", "/y"), ("comment", "git")).File("f").End());
        Assert.True(File.Exists(tree.At("f")));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("99999999999999999999")]
    [InlineData("1.5x")]
    [InlineData("-9223372036854775808")]
    public void Unpack_TimeThatIsNone_IsRefused(string time)
    {
        using var tree = new TempTree();
        AssertRefused(tree, new TarBuilder().Pax(("mtime", time)).File("f").End());
    }

    [Fact]
    public void Unpack_Cancelled_Stops() // I9
    {
        using var tree = new TempTree();
        var reader = new TarEntryReader(new MemoryStream(new TarBuilder().File("f").End()));
        Assert.Throws<OperationCanceledException>(() => new TreeUnpacker(tree.Root, new()).Unpack(reader, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Unpack_FileOverADirectoryWithContent_AsTheOptionsSay()
    {
        TempTree.RequireRoot();
        byte[] tar = new TarBuilder().Directory("d/").Directory("d/e/").File("d/e/f").Symlink("d/out", "../../canary").File("d", "new").File("x").End();
        using var tree = new TempTree();
        AssertRefused(tree, tar, new());
        AssertRefused(tree, tar, new() { Replaces = DirectoryReplacement.Never });
        tree.Unpack(tar, new() { Replaces = DirectoryReplacement.Whole });
        Assert.Equal("new", File.ReadAllText(tree.At("d")));
        Assert.True(File.Exists(tree.At("x")));
        AssertRefused(tree, new TarBuilder().Directory("d/").End(), new() { Replaces = DirectoryReplacement.Never });
        tree.Unpack(new TarBuilder().Directory("d/").Directory("d/e/").Symlink("d", "e").Directory("e/", "0000700").End(), new() { Replaces = DirectoryReplacement.Whole });
        Assert.Equal(0x1c0u, tree.Stat("e").Mode);
        tree.AssertCanaryIsSafe();
    }
}
