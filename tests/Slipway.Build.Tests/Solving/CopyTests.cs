using Slipway.Oci;
using Xunit;

namespace Slipway.Build.Tests.Solving;

/// <summary>COPY and ADD on real files: what goes where, with which owner and mode, and what is refused.</summary>
public sealed class CopyTests : IDisposable
{
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Theory]
    [InlineData("COPY a.txt /x", "/x 644 0:0 A\n")]
    [InlineData("COPY a.txt /x/", "/x/ 755 0:0\n/x/a.txt 644 0:0 A\n")]
    [InlineData("COPY a.txt b.md /x/", "/x/ 755 0:0\n/x/a.txt 644 0:0 A\n/x/b.md 600 0:0 B\n")]
    [InlineData("COPY *.txt /x/", "/x/ 755 0:0\n/x/a.txt 644 0:0 A\n")]
    [InlineData("COPY ?.md /x", "/x 600 0:0 B\n")]
    [InlineData("COPY [\"a.txt\", \"/x\"]", "/x 644 0:0 A\n")]
    [InlineData("COPY d /x", "/x/ 755 0:0\n/x/e/ 755 0:0\n/x/e/f 644 0:0 F\n/x/l -> ../a.txt\n")]
    [InlineData("COPY d/* /x/", "/x/ 755 0:0\n/x/f 644 0:0 F\n/x/l 644 0:0 A\n")]
    [InlineData("COPY d/e/../e/f ../../x", "/x 644 0:0 F\n")]
    [InlineData("COPY d/l /x", "/x 644 0:0 A\n")]
    [InlineData("COPY --chmod=0750 d/e /x", "/x/ 750 0:0\n/x/f 750 0:0 F\n")]
    [InlineData("COPY --chown=1:2 --chmod=4755 a.txt /x/", "/x/ 755 1:2\n/x/a.txt 4755 1:2 A\n")]
    [InlineData("ADD a.txt /x", "/x 644 0:0 A\n")]
    [InlineData("COPY nope* /x", "")]
    [InlineData("COPY nope* a.txt /x", "/x 644 0:0 A\n")]
    [InlineData("COPY a.txt /y/\nCOPY a.txt b.md /y", "/y/ 755 0:0\n/y/a.txt 644 0:0 A\n/y/b.md 600 0:0 B\n")]
    [InlineData("COPY --chmod=u+x,go= a.txt /x", "/x 700 0:0 A\n")]
    [InlineData("COPY --chmod=go=u-w,+X d /x", "/x/ 755 0:0\n/x/e/ 755 0:0\n/x/e/f 644 0:0 F\n/x/l -> ../a.txt\n")]
    [InlineData("COPY --exclude=*.txt --exclude=d/e . /x", "/x/ 755 0:0\n/x/b.md 600 0:0 B\n/x/d/ 755 0:0\n/x/d/l -> ../a.txt\n")]
    [InlineData("COPY --exclude=d --exclude=!d/e/f --exclude=*.txt --exclude=b.md . /x", "/x/ 755 0:0\n/x/d/ 755 0:0\n/x/d/e/ 755 0:0\n/x/d/e/f 644 0:0 F\n")]
    [InlineData("COPY --parents d/e/f a.txt /x/", "/x/ 755 0:0\n/x/a.txt 644 0:0 A\n/x/d/ 755 0:0\n/x/d/e/ 755 0:0\n/x/d/e/f 644 0:0 F\n")]
    [InlineData("COPY --parents d/./e/f /x/", "/x/ 755 0:0\n/x/e/ 755 0:0\n/x/e/f 644 0:0 F\n")]
    [InlineData("COPY --parents ./**/f /x/", "/x/ 755 0:0\n/x/d/ 755 0:0\n/x/d/e/ 755 0:0\n/x/d/e/f 644 0:0 F\n")]
    [InlineData("COPY --parents d/e /x/", "/x/ 755 0:0\n/x/d/ 755 0:0\n/x/d/e/ 755 0:0\n/x/d/e/f 644 0:0 F\n")]
    [InlineData("COPY --parents d/*/nope /x/", "/x/ 755 0:0\n")]
    [InlineData("COPY <<one <<'two' /x/\n$A\n\"q\" \\$A\none\n$A\ntwo", "/x/ 755 0:0\n/x/one 644 0:0 v\n\"q\" $A\n\n/x/two 644 0:0 $A\n\n")]
    [InlineData("COPY <<-E /x\n\t\tone\n\tE", "/x 644 0:0 one\n\n")]
    [InlineData("COPY --chown=3:4 --chmod=600 a.txt <<E /x/\ny\nE", "/x/ 600 3:4\n/x/E 600 3:4 y\n\n/x/a.txt 600 3:4 A\n")]
    public void Copy_Form_GivesFiles(string line, string files)
    {
        Sample();

        Assert.Equal(files, _build.Files(_build.Build($"FROM scratch\nENV A=v\n{line}\n")));
    }

    [Theory]
    [InlineData("COPY nope /x", ErrorKind.NotFound)]
    [InlineData("COPY a.txt/below /x", ErrorKind.NotFound)]
    [InlineData("COPY out /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY up/passwd /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY loop /x", ErrorKind.NotFound)]
    [InlineData("COPY --parents d/nope /x/", ErrorKind.NotFound)]
    [InlineData("COPY --chmod=9 a.txt /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY --chmod=u*x a.txt /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY a.txt <<E\nE", ErrorKind.InvalidArgument)]
    [InlineData("COPY --from=$A a.txt /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY a.txt b.md /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY *.* /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY <<../E /x/\n../E", ErrorKind.InvalidArgument)]
    [InlineData("COPY --chown=nobody a.txt /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY --chown=4294967296 a.txt /x", ErrorKind.InvalidArgument)]
    [InlineData("COPY a.txt /y/\nCOPY d /y/a.txt", ErrorKind.InvalidArgument)]
    [InlineData("COPY d /y\nCOPY a.txt /y/e/f/", ErrorKind.InvalidArgument)]
    public void Copy_Wrong_IsRefused(string line, ErrorKind kind)
    {
        Sample();
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "out"), "/etc/passwd");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "up"), "../../../../../../etc");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "loop"), "loop");

        Assert.Equal(kind, _build.Fails($"FROM scratch\n{line}\n").Kind);
    }

    [Fact]
    public void Copy_Fifo_IsRefusedByName()
    {
        using (var directory = Linux.Files.DirFd.Open(_build.ContextPath))
            directory.TryMakeNode("pipe"u8, Linux.Files.FileType.Fifo, 0b110_000_000);

        Assert.Contains("\"/pipe\" is a FIFO", _build.Fails("FROM scratch\nCOPY . /\n").Message, StringComparison.Ordinal);
        Assert.Contains("\"/pipe\" is a FIFO", _build.Fails("FROM scratch\nCOPY pipe /\n").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_IgnoreRules_LeaveOut()
    {
        Sample();
        _build.Write(".dockerignore", "*.md\nd\n!d/e/f\n.dockerignore\n");
        _build.Write("d/secret", "s");

        Assert.Equal("/x/ 755 0:0\n/x/a.txt 644 0:0 A\n/x/d/ 755 0:0\n/x/d/e/ 755 0:0\n/x/d/e/f 644 0:0 F\n", _build.Files(_build.Build("FROM scratch\nCOPY . /x\n")));
        Assert.Equal(ErrorKind.NotFound, _build.Fails("FROM scratch\nCOPY b.md /\n").Kind);
    }

    [Fact]
    public void Copy_LinkToIgnoredFile_IsRefused()
    {
        _build.Write(".dockerignore", "secret\n");
        _build.Write("secret", "s");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "link"), "secret");

        Assert.Equal(ErrorKind.NotFound, _build.Fails("FROM scratch\nCOPY link /x\n").Kind);
    }

    [Fact]
    public void Copy_ThroughLinkOfTheStage_StaysInside()
    {
        Sample();
        string canary = Path.Join(_build.ContextPath, "../canary");
        Directory.CreateDirectory(canary);
        Directory.CreateDirectory(Path.Join(_build.ContextPath, "links"));
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "links/esc"), Path.GetFullPath(canary));
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "links/abs"), "/real");

        Assert.Equal(
            "/abs -> /real\n/esc -> " + Path.GetFullPath(canary) + "\n/real/ 755 0:0\n/real/a.txt 644 0:0 A\n",
            _build.Files(_build.Build("FROM scratch\nCOPY links /\nCOPY a.txt /real/\nCOPY a.txt /abs/\n")));
        Assert.Contains($"{Path.GetFullPath(canary)}/a.txt 644 0:0 A\n", _build.Files(_build.Build("FROM scratch\nCOPY links /\nCOPY a.txt /esc/\n")), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(canary));
    }

    [Fact]
    public void Copy_ChownByName_ReadsTheStagesFiles()
    {
        _build.Write("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:12:34::/:/bin/sh\n");
        _build.Write("etc/group", "web:x:56:\n");
        _build.Write("f", "1");

        Assert.EndsWith("/f 644 12:34 1\n/g 644 12:56 1\n", _build.Files(_build.Build("FROM scratch\nCOPY etc /etc\nCOPY --chown=app f /f\nCOPY --chown=app:web f /g\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_NameThatIsNoText_RoundTrips()
    {
        using (var directory = Linux.Files.DirFd.Open(_build.ContextPath))
            directory.CreateFile([0x78, 0xff]).Dispose();

        Assert.Single(_build.Build("FROM scratch\nCOPY . /d/\n").ChainIds);
        Assert.Single(_build.Build("FROM scratch\nCOPY x* /d/\n").ChainIds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_Tar_IsUnpacked(bool gzip)
    {
        using (FileStream file = File.Create(Path.Join(_build.ContextPath, "archive")))
        using (Stream packed = gzip ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest) : file)
        using (var tar = new System.Formats.Tar.TarWriter(packed))
        {
            using var data = new MemoryStream("T"u8.ToArray());
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "in/t") { Uid = 3, Gid = 4, DataStream = data, Mode = UnixFileMode.UserRead });
        }

        Assert.Equal("/x/ 755 0:0\n/x/in/ 755 0:0\n/x/in/t 400 3:4 T\n", _build.Files(_build.Build("FROM scratch\nADD archive /x\n")));
    }

    [Fact]
    public void Add_CompressedFileThatIsNoTar_IsCopied()
    {
        using (FileStream file = File.Create(Path.Join(_build.ContextPath, "data.gz")))
        using (var packed = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest))
            packed.Write("not a tar"u8);

        Assert.StartsWith("/data.gz 644 0:0", _build.Files(_build.Build("FROM scratch\nADD data.gz /\n")), StringComparison.Ordinal);
    }

    private void Sample()
    {
        _build.Write("a.txt", "A");
        _build.Write("b.md", "B", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _build.Write("d/e/f", "F");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "d/l"), "../a.txt");
    }
}
