using System.Security.Cryptography;
using Slipway.Api.BuildKit.Graphs;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Oci;
using Xunit;

namespace Slipway.Api.Tests.BuildKit;

public sealed class GraphReaderTests
{
    [Theory]
    [InlineData("git://example.org/a.git", "https://example.org/a.git", false, "https://example.org/a.git")]
    [InlineData("git://example.org/a.git#v1", "https://example.org/a.git", true, "https://example.org/a.git?keep-git-dir=true#v1")]
    [InlineData("git://example.org/a.git#v1:sub", null, false, "git://example.org/a.git#v1:sub")]
    public void Read_OfARepository_IsItsAddress(string identifier, string? url, bool keeps, string expected) =>
        Assert.Equal(new GraphResult.Remote(expected), Read(Git(identifier, url, keeps)));

    [Theory]
    [InlineData("git://x/a.git", "/bar", "git://x/a.git#:bar")]
    [InlineData("git://x/a.git#v1", "./bar/baz/", "git://x/a.git#v1:bar/baz")]
    [InlineData("git://x/a.git#v1:sub", "bar", "git://x/a.git#v1:sub/bar")]
    [InlineData("git://x/a.git#v1", "/", "git://x/a.git#v1")]
    public void Read_OfADirectoryOfARepository_IsItsAddress(string repository, string path, string expected) =>
        Assert.Equal(new GraphResult.Remote(expected), Read(Git(repository), File([1], (-1, 0, Copy(path, "/", contents: true)))));

    [Fact]
    public void Read_OfAServersFile_IsADownload_AndOfItsArchiveAContext()
    {
        byte[] source = Source("https://example.org/x/files.tar.gz", new() { ["http.filename"] = "context" });
        Assert.Equal(new GraphResult.Download("https://example.org/x/files.tar.gz", "context", null), Read(source));
        Assert.Equal(new GraphResult.Remote("https://example.org/x/files.tar.gz"), Read(source, File([1], (-1, 0, Copy("context", "/", unpack: true)))));
        Assert.Equal("files.tar.gz", ((GraphResult.Download)Read(Source("https://example.org/x/files.tar.gz", []))!).FileName);
    }

    [Fact]
    public void Read_OfNewFiles_HasThemInOrder()
    {
        var files = (GraphResult.Files)Read(
            File([], (-1, -1, New(6, "/dir", 0x1ed, [])), (0, 0, New(5, "/dir/hello", 0x180, "world"u8.ToArray()))),
            File([1], (0, 0, New(5, "more", 0x1a4, []))))!;
        Assert.Equal(["dir", "dir/hello", "more"], files.All.Select(file => string.Join('/', file.Path)));
        Assert.Equal([0x1edu, 0x180u, 0x1a4u], files.All.Select(file => file.Mode));
        Assert.Null(files.All[0].Content);
        Assert.Equal("world"u8.ToArray(), files.All[1].Content);
    }

    [Fact]
    public void Read_OfNothing_IsNull() => Assert.Null(GraphReader.Read([]));

    public static TheoryData<string, byte[][]> Others => new()
    {
        { "running a program", [new ProtoWriter().Message(2, new ProtoWriter().Text(2, "x")).Written.ToArray()] },
        { "merge", [new ProtoWriter().Message(6, new ProtoWriter().Text(2, "x")).Written.ToArray()] },
        { "docker-image://busybox", [Source("docker-image://busybox", [])] },
        { "local://context", [Source("local://context", [])] },
        { "end in .git", [Git("git://x/a", "https://x/a")] },
        { "removal", [Git("git://x/a.git"), File([1], (0, 0, new ProtoWriter().Message(7, new ProtoWriter().Text(1, "a"))))] },
        { "among those of a source", [Git("git://x/a.git"), File([1], (0, 0, New(5, "a", 0, [])))] },
        { "a copy of", [Git("git://x/a.git"), File([1], (-1, 0, Copy("a", "/")))] },
        { "to /elsewhere", [Git("git://x/a.git"), File([1], (-1, 0, Copy("a", "/elsewhere", contents: true)))] },
        { "a directory of a server's archive", [Source("https://x/a.tar", []), File([1], (-1, 0, Copy("a.tar", "/", unpack: true))), File([1], (-1, 0, Copy("sub", "/", contents: true)))] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Read_OfAnythingElse_RefusesItByName(string name, byte[][] operations)
    {
        var error = Assert.Throws<SlipwayException>(() => Read(operations));
        Assert.Equal(ErrorKind.NotSupported, error.Kind);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfWhatClimbs_IsRefused()
    {
        Assert.Throws<SlipwayException>(() => Read(Git("git://x/a.git"), File([1], (-1, 0, Copy("../etc", "/", contents: true)))));
        Assert.Throws<SlipwayException>(() => Read(File([], (-1, 0, New(5, "../etc/passwd", 0, [])))));
        Assert.Throws<SlipwayException>(() => Read(Source("https://x/a", new() { ["http.filename"] = "../a" })));
        Assert.Throws<SlipwayException>(() => Read(Git("git://x/a.git", "--upload-pack=x")));
    }

    [Fact]
    public void Read_OfAHostileGraph_EndsSoon()
    {
        // Each stands a thousand times on the one before.
        var operations = new List<byte[]> { File([], (-1, 0, New(5, "a", 0, []))) };
        for (int i = 0; i < 40; i++)
            operations.Add(File([1], [.. Enumerable.Repeat((0, 0, New(5, "a", 0, [])), 900)]));
        Assert.NotNull(Read([.. operations]));
        Assert.Throws<SlipwayException>(() => Read([.. Enumerable.Range(0, 100).Select(i => File([], (-1, 0, New(5, $"a{i}", 0, []))))]));
        Assert.Throws<GrpcException>(() => GraphReader.Read(new ProtoWriter().Message(1, new ProtoWriter().Message(1, Input(new byte[4], 0))).Written.Span));
        Assert.Throws<GrpcException>(() => Read(File([], (5, 0, New(5, "a", 0, [])))));
        Assert.Throws<GrpcException>(() => GraphReader.Read([0xff, 0xff]));
    }

    // The operations, each of which may stand on the one before (input 1), and what names the last.
    private static GraphResult? Read(params byte[][] operations)
    {
        var definition = new ProtoWriter();
        byte[]? before = null;
        foreach (byte[] operation in operations)
        {
            before = before is null ? operation : Linked(operation, before);
            definition.Message(1, before);
        }
        return GraphReader.Read(definition.Message(1, new ProtoWriter().Message(1, Input(before!, 0))).Written.Span);
    }

    private static byte[] Linked(byte[] operation, byte[] before)
    {
        var linked = new ProtoWriter();
        for (var reader = new ProtoReader(operation); reader.Next();)
        {
            if (reader.Field == 1)
                linked.Message(1, Input(before, 0));
            else
                linked.Message(reader.Field, reader.Bytes);
        }
        return linked.Written.ToArray();
    }

    private static ProtoWriter Input(byte[] operation, int index) => new ProtoWriter().Text(1, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(operation))).Number(2, index);

    private static byte[] Git(string identifier, string? url = null, bool keeps = false)
    {
        Dictionary<string, string> attributes = [];
        if (url is not null)
            attributes["git.fullurl"] = url;
        if (keeps)
            attributes["git.keepgitdir"] = "true";
        return Source(identifier, attributes);
    }

    private static byte[] Source(string identifier, Dictionary<string, string> attributes) =>
        new ProtoWriter().Message(3, new ProtoWriter().Text(1, identifier).Map(2, attributes)).Message(10, new ProtoWriter().Text(1, "amd64")).Written.ToArray();

    private static byte[] File(int[] inputs, params (int Input, int Output, ProtoWriter Action)[] actions)
    {
        var operation = new ProtoWriter();
        foreach (int _ in inputs)
            operation.Message(1, new ProtoWriter().Text(1, "the one before"));
        var file = new ProtoWriter();
        foreach ((int input, int output, ProtoWriter action) in actions)
            file.Message(2, [.. new ProtoWriter().Number(1, input).Number(2, 0).Number(3, output).Written.Span, .. action.Written.Span]);
        return operation.Message(4, file).Written.ToArray();
    }

    private static ProtoWriter Copy(string from, string to, bool contents = false, bool unpack = false) =>
        new ProtoWriter().Message(4, new ProtoWriter().Text(1, from).Text(2, to).Number(4, -1).Flag(6, contents).Flag(7, unpack));

    private static ProtoWriter New(int kind, string path, uint mode, byte[] content) => new ProtoWriter().Message(kind, new ProtoWriter().Text(1, path).Number(2, mode).Bytes(3, content));
}
