using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

public sealed class TreeTests
{
    private static string[] Names(byte[] tar)
    {
        var names = new List<string>();
        var reader = new TarEntryReader(new MemoryStream(tar));
        while (reader.Next() is { } entry)
            names.Add($"{entry.Kind} {Encoding.UTF8.GetString(entry.Name)}");
        return [.. names];
    }

    [Fact]
    public void Pack_UnpackedArchive_GivesTheSameBytes()
    {
        TempTree.RequireRoot();
        using TempTree one = new(), two = new();
        one.Unpack(new TarBuilder().Symlink("z", "nowhere").File("b/file", "text", "0004755").Directory("b/", "0000700").Link("hard", "b/file")
            .Device("dev", '4', 259, 300_000).Header("fifo", '6').Pax(("SCHILY.xattr.user.k", "v"), ("uid", "3000000")).File("a/x").End());
        byte[] packed = one.Pack();
        two.Unpack(packed);
        Assert.Equal(packed, two.Pack());
        Assert.Equal(["Directory a/", "Regular a/x", "Directory b/", "Regular b/file", "BlockDevice dev", "Fifo fifo", "HardLink hard", "Symlink z"], Names(packed));
    }

    [Fact]
    public void Pack_Options_ClampTimesAndSetOwner()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().Pax(("mtime", "1000.5")).File("early").File("late").End());
        var reader = new TarEntryReader(new MemoryStream(tree.Pack(new() { ClampTo = new(2000, 0), Owner = (7, 8) })));
        Assert.Equal((new FileTime(1000, 0), 7u, 8u), (reader.Next()!.Modified, reader.Current!.Uid, reader.Current.Gid));
        Assert.Equal(new FileTime(2000, 0), reader.Next()!.Modified);
    }

    [Fact]
    public void Pack_Socket_IsLeftOut()
    {
        using var tree = new TempTree();
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(tree.At("s")));
        Assert.Empty(Names(tree.Pack()));
    }

    [Fact]
    public void Pack_OneNameUnderAnother_TakesItsTree()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().File("d/x").File("other").End());
        var tar = new MemoryStream();
        var writer = new TarEntryWriter(tar);
        new TreePacker(writer, new()).Pack(tree.Root, "d"u8, "new"u8.ToArray());
        writer.Finish();
        Assert.Equal(["Directory new/", "Regular new/x"], Names(tar.ToArray()));
    }

    [Fact]
    public void Unpack_Literal_KeepsWhiteoutNames()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(new TarBuilder().File(".wh.x").File(".wh..wh..opq").End());
        Assert.True(tree.Stat(".wh.x").IsRegular);
    }

    [Fact]
    public void Unpack_KeepDirectoryLinks_WritesThroughThem() // the pair of CVE-2026-17106: cp onto /var/run -> /run
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        Directory.CreateDirectory(tree.At("run"));
        Directory.CreateDirectory(tree.At("var"));
        tree.Root.OpenDirectory("var"u8).TrySymlink("run"u8, "/run"u8);
        tree.Unpack(new TarBuilder().Directory("var/run/").File("var/run/x").End(), new() { KeepDirectoryLinks = true });
        Assert.True(tree.Stat("var/run").IsSymlink);
        Assert.True(File.Exists(tree.At("run/x")));
    }

    [Fact]
    public void Unpack_RenameOwnerAndMode_AreApplied()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        var options = new UnpackOptions
        {
            Owner = (10, 20),
            Mode = 0x180,
            Rename = name => name.AsSpan().StartsWith("skip"u8) ? null : [.. "to/"u8, .. name],
        };
        tree.Unpack(new TarBuilder().File("a").Link("b", "a").File("skipped").End(), options);
        Assert.Equal((0x180u, 10u, 20u), (tree.Stat("to/a").Mode, tree.Stat("to/a").Uid, tree.Stat("to/a").Gid));
        Assert.True(tree.Stat("to/b").IsSameFileAs(tree.Stat("to/a")));
        Assert.False(File.Exists(tree.At("to/skipped")));
    }

    [Fact]
    public void Unpack_ManyEmptyFiles_AreAllThere() // 58
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        var builder = new TarBuilder();
        for (int i = 0; i < 5_000; i++)
            builder.File($"d{i / 1000}/f{i}", "");
        Assert.Equal(5_000, tree.Unpack(builder.End()).Entries);
        Assert.Equal(1000, Directory.GetFiles(tree.At("d4")).Length);
    }
}
