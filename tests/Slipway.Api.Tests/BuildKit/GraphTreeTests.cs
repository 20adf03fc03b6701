using System.Text;
using Slipway.Api.BuildKit.Graphs;
using Slipway.Api.Protobuf;
using Slipway.Linux.Files;
using Slipway.Oci;
using Xunit;

namespace Slipway.Api.Tests.BuildKit;

public sealed class GraphTreeTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("graph-tree-").FullName;
    private readonly GraphTree _tree;

    public GraphTreeTests()
    {
        string root = Directory.CreateDirectory(Path.Combine(_parent, "root")).FullName;
        File.WriteAllText(Path.Combine(_parent, "secret"), "of the host");
        File.WriteAllText(Path.Combine(root, "file"), "0123456789");
        Directory.CreateDirectory(Path.Combine(root, "dir"));
        File.CreateSymbolicLink(Path.Combine(root, "out"), "../secret");
        File.CreateSymbolicLink(Path.Combine(root, "absolute"), "/file");
        File.CreateSymbolicLink(Path.Combine(root, "above"), "..");
        using (DirFd directory = DirFd.Open(root))
            Assert.True(directory.TryMakeNode("pipe"u8, FileType.Fifo, 0x1a4));
        _tree = new(root, new MemoryStream());
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Theory]
    [InlineData("file", 0, 0, "0123456789")]
    [InlineData("/./file", 2, 3, "234")]
    [InlineData("file", 8, 100, "89")]
    [InlineData("file", 100, 1, "")]
    [InlineData("file", -5, 1, "0")]
    [InlineData("absolute", 0, 0, "0123456789")]
    [InlineData("above/above/file", 0, 0, "0123456789")]
    public void Read_IsThePartThatIsAskedFor(string path, long offset, long length, string expected) => Assert.Equal(expected, Encoding.UTF8.GetString(_tree.Read(path, offset, length)));

    [Theory]
    [InlineData("out")]
    [InlineData("../secret")]
    [InlineData("above/secret")]
    [InlineData("dir/../../secret")]
    [InlineData("nosuch")]
    public void Read_NeverLeavesTheTree(string path) => Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => _tree.Read(path, 0, 0)).Kind);

    [Theory]
    [InlineData("pipe")]
    [InlineData("dir")]
    [InlineData("")]
    public void Read_OfWhatIsNoFile_IsRefusedAtOnce(string path) => Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => _tree.Read(path, 0, 0)).Kind);

    [Fact]
    public void Read_OfMoreThanAMessageTakes_IsRefused()
    {
        using (var big = new FileStream(Path.Combine(_tree.Directory, "big"), FileMode.Create))
            big.SetLength(1L << 40);
        Assert.Equal(ErrorKind.Exhausted, Assert.Throws<SlipwayException>(() => _tree.Read("big", 0, 0)).Kind);
        Assert.Equal(4, _tree.Read("big", 1L << 39, 4).Length);
    }

    [Fact]
    public void Status_AndList_TellOfLinksThemselves()
    {
        Assert.Equal(("file", 10L, ""), Told(_tree.Status("file")));
        Assert.Equal(("out", 0L, "../secret"), Told(_tree.Status("/out")));
        Assert.Equal(".", Told(_tree.Status("/")).Name);
        Assert.Throws<SlipwayException>(() => _tree.Status("../secret"));
        Assert.Throws<SlipwayException>(() => _tree.Status("dir/.."));
        Assert.Equal(["above", "absolute", "dir", "file", "out", "pipe"], _tree.List("", "").Select(entry => Told(entry).Name));
        Assert.Empty(_tree.List("dir", ""));
        Assert.Throws<SlipwayException>(() => _tree.List("file", ""));
        Assert.Throws<SlipwayException>(() => _tree.List("", "*"));
    }

    private static (string Name, long Size, string Link) Told(ProtoWriter stat)
    {
        (string name, long size, string link) = ("", 0, "");
        for (var reader = new ProtoReader(stat.Written.Span); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text; break;
                case 5: size = reader.Number; break;
                case 7: link = reader.Text; break;
            }
        }
        return (name, size, link);
    }
}
