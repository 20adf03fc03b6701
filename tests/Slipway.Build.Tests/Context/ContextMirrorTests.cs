using System.Text;
using Slipway.Build.Context;
using Slipway.Linux.Files;
using Slipway.Oci;
using Xunit;

namespace Slipway.Build.Tests.Context;

public sealed class ContextMirrorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("slip-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Add_OfWhatIsThereAsDescribed_WantsNothing()
    {
        ContextEntry[] entries = [Entry("a", size: 3), Entry("d", FileType.Directory), Entry("d/b", size: 4, mode: 0x1ed), Entry("d/link", FileType.Symlink, link: "b"), Entry("empty")];
        Assert.Equal([0, 2], Mirror(entries, "abc", "abcd"));
        Assert.Empty(Mirror(entries));
        Assert.Equal("abcd", File.ReadAllText(_root + "/d/link"));
        Assert.Equal([2], Mirror([.. entries.Select(e => e.Size == 4 ? e with { Modified = new(2_000_000_000, 7) } : e)], "wxyz"));
        Assert.Equal("wxyz", File.ReadAllText(_root + "/d/b"));
        Assert.Empty(Mirror([.. entries.Select(e => e.Size == 4 ? e with { Modified = new(2_000_000_000, 7), Mode = 0x1a4 } : e)]));
        Assert.Equal((UnixFileMode)0x1a4, File.GetUnixFileMode(_root + "/d/b"));
    }

    [Fact]
    public void End_WithFewerEntries_RemovesTheOthers()
    {
        Mirror([Entry("a", size: 1), Entry("d", FileType.Directory), Entry("d/x", size: 1), Entry("d/y", FileType.Directory), Entry("d/y/z"), Entry("e")], "1", "2");
        Assert.Empty(Mirror([Entry("d", FileType.Directory), Entry("d/x", size: 1)]));
        Assert.Equal(["/d", "/d/x"], Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories).Select(p => p[_root.Length..]).Order());
    }

    [Fact]
    public void Add_OfAnotherTypeThanIsThere_ReplacesIt()
    {
        Mirror([Entry("x", FileType.Directory), Entry("x/y", size: 1), Entry("z", size: 1)], "1", "2");
        Assert.Equal([0], Mirror([Entry("x", size: 1), Entry("z", FileType.Directory)], "1"));
        Mirror([Entry("x", FileType.Symlink, link: "/etc"), Entry("z", FileType.Fifo)]);
        Assert.Equal("/etc", new FileInfo(_root + "/x").LinkTarget);
        Assert.Equal([0], Mirror([Entry("x", size: 1)], "1"));
        Assert.False(new FileInfo(_root + "/x").Attributes.HasFlag(FileAttributes.ReparsePoint));
    }

    [Fact]
    public void Add_OfAHardLink_IsTheSameFile_AndAChangeOfOneLaterIsNotOfTheOther()
    {
        Mirror([Entry("a", size: 3), Entry("d", FileType.Directory), Entry("d/b", size: 3, link: "a")], "abc");
        Assert.Equal("abc", File.ReadAllText(_root + "/d/b"));
        Assert.Equal([0, 2], Mirror([Entry("a", size: 3), Entry("d", FileType.Directory), Entry("d/b", size: 3) with { Modified = new(1_000_000_001, 0) }], "abc", "xyz"));
        Assert.Equal("abc", File.ReadAllText(_root + "/a"));
        Assert.Equal("xyz", File.ReadAllText(_root + "/d/b"));
    }

    [Theory]
    [InlineData("later")]
    [InlineData("../etc/passwd")]
    [InlineData("d")]
    [InlineData("nosuch")]
    [InlineData("link")]
    public void Add_OfAHardLinkToNoEarlierFile_IsRefused(string to)
    {
        Mirror([Entry("d", FileType.Directory), Entry("later", size: 1), Entry("link", FileType.Symlink, link: "/etc/passwd")], "1");
        Refused([Entry("d", FileType.Directory), Entry("k", size: 1, link: to)]);
    }

    [Fact]
    public void Add_BeneathALinkThatWasADirectory_IsRefused()
    {
        Mirror([Entry("d", FileType.Directory), Entry("d/x", size: 1)], "1");
        string outside = Directory.CreateTempSubdirectory("slip-test-").FullName;
        Refused([Entry("d", FileType.Symlink, link: outside), Entry("d/x", size: 1)]);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Directory.Delete(outside);
    }

    [Fact]
    public void Add_DeeperThanTheBound_IsRefused() =>
        Refused([.. Enumerable.Range(1, ContextMirror.MaxDepth + 1).Select(depth => Entry(string.Join('/', Enumerable.Repeat("d", depth)), FileType.Directory))], ErrorKind.Exhausted);

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a/b", "a")]
    [InlineData("a", "a")]
    public void Add_OutOfOrder_IsRefused(string first, string second) => Refused([Entry(first), Entry(second)]);

    [Fact]
    public void Write_OfFilesByTheHundredAtOnce_IsRefused()
    {
        using DirFd root = DirFd.Open(_root);
        using var mirror = new ContextMirror(root);
        for (int i = 0; i < 100; i++)
            mirror.Add(Entry($"f{i:000}", size: 2));
        Assert.Throws<SlipwayException>(() =>
        {
            for (int i = 0; i < 100; i++)
                mirror.Write(i, "1"u8);
        });
    }

    [Fact]
    public void Mirror_ThatWasCutOff_IsMadeWholeByTheNext()
    {
        ContextEntry[] entries = [Entry("a", size: 3), Entry("b", size: 3)];
        using (DirFd root = DirFd.Open(_root))
        using (var mirror = new ContextMirror(root))
        {
            foreach (ContextEntry entry in entries)
                mirror.Add(entry);
            mirror.End();
            mirror.Write(0, "abc"u8);
            mirror.Write(0, []);
            mirror.Write(1, "xyz"u8);
        }
        Assert.Equal([1], Mirror(entries, "xyz"));
    }

    private void Refused(ContextEntry[] entries, ErrorKind kind = ErrorKind.InvalidArgument) => Assert.Equal(kind, Assert.Throws<SlipwayException>(() => Mirror(entries)).Kind);

    // Which entries were wanted; they get the contents in their order.
    private List<int> Mirror(ContextEntry[] entries, params string[] contents)
    {
        using DirFd root = DirFd.Open(_root);
        using var mirror = new ContextMirror(root);
        List<int> wanted = [];
        for (int i = 0; i < entries.Length; i++)
        {
            if (mirror.Add(entries[i]))
                wanted.Add(i);
        }
        mirror.End();
        foreach ((int number, string content) in wanted.Zip(contents))
        {
            mirror.Write(number, Encoding.UTF8.GetBytes(content));
            mirror.Write(number, []);
        }
        Assert.Equal(wanted.Count - Math.Min(wanted.Count, contents.Length), mirror.Missing);
        return wanted;
    }

    private static ContextEntry Entry(string path, FileType type = FileType.Regular, long size = 0, uint mode = 0x1ed, string link = "") =>
        new(Encoding.UTF8.GetBytes(path), type, mode, size, new(1_000_000_000, 5), Encoding.UTF8.GetBytes(link));
}
