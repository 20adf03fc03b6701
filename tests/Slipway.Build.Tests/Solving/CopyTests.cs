using Slipway.Oci;
using Slipway.Store.Images;
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
    [InlineData("COPY a.txt b.md /x", "/x 600 0:0 B\n")]
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
    [InlineData("COPY <<../E /x/\n../E", ErrorKind.InvalidArgument)]
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

    [Theory]
    [InlineData("Makefiel", " (did you mean Makefile?)")]
    [InlineData("src/mian.c", " (did you mean main.c?)")]
    [InlineData("srk/main.c", "")]
    [InlineData("hiden.log", "")]
    [InlineData("xy", "")]
    public void Copy_OfAMistypedName_SaysWhatIsThere(string path, string suggestion)
    {
        foreach (string name in (string[])["Makefile", "src/main.c", "hidden.log", "x"])
            _build.Write(name, "");
        _build.Write(".dockerignore", "*.log\n");

        Assert.Equal($"\"/{path}\": not found in the build context: stat {path}: file does not exist{suggestion}", _build.Fails($"FROM scratch\nCOPY {path} /\n").Message.Split(": ", 2)[^1]);
    }

    [Fact]
    public void Copy_FifoOfTheContext_IsOne_AndASocketIsLeftOut()
    {
        using (var directory = Linux.Files.DirFd.Open(_build.ContextPath))
            directory.TryMakeNode("pipe"u8, Linux.Files.FileType.Fifo, 0b110_000_000);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Join(_build.ContextPath, "socket")));

        Slipway.Store.Images.ImageRecord image = _build.Build("FROM scratch\nCOPY . /all/\nCOPY pipe /one\n");
        Assert.Equal("/all/ 755 0:0\n/all/pipe 600 0:0\n/one 600 0:0\n", _build.Files(image));
        Assert.Contains("\"/socket\": not found in the build context (sockets are left out)", _build.Fails("FROM scratch\nCOPY socket /\n").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_LinkOfTheContext_LeadsWhereItsRootWouldBeTheOnlyOne()
    {
        Sample();
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "absolute"), "/d/e");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "climbs"), "../../../a.txt");

        Assert.Equal("/a 644 0:0 A\n/e/ 755 0:0\n/e/f 644 0:0 F\n/f 644 0:0 F\n", _build.Files(_build.Build("FROM scratch\nCOPY climbs /a\nCOPY absolute /e\nCOPY absolute/f /f\n")));
        _build.Write(".dockerignore", "a.txt\nd/e/f\n");
        Assert.Equal(ErrorKind.NotFound, _build.Fails("FROM scratch\nCOPY climbs /a\n").Kind);
        Assert.Equal(ErrorKind.NotFound, _build.Fails("FROM scratch\nCOPY absolute/f /a\n").Kind);
    }

    [Theory]
    [InlineData("ARG U\nCOPY --chown=$U --chmod=$U f /g", "/g 644 0:0 1")]
    [InlineData("COPY --chown=5: f /g", "/g 644 5:0 1")]
    [InlineData("COPY --chown=:5 f /g", "/g 644 0:5 1")]
    [InlineData("COPY --chown=root:root f /g", "/g 644 0:0 1")]
    [InlineData("COPY --link --chown=root:7 f /g", "/g 644 0:7 1")]
    public void Copy_FlagsThatSayLittle_MeanRootOrNothing(string line, string file)
    {
        _build.Write("f", "1");

        Assert.Equal(file + "\n", _build.Files(_build.Build($"FROM scratch\n{line}\n")));
        Assert.Equal("", _build.Progress.Output.ToString());
    }

    [Fact]
    public void Copy_LinkWithAName_IsRefused() =>
        Assert.Contains("with --link, --chown takes numbers", _build.Fails("FROM scratch\nCOPY --link --chown=web f /g\n").Message, StringComparison.Ordinal);

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

    [Theory]
    [InlineData("COPY --chown=nobody f /g", "/g 644 0:0 1", "no user 'nobody' in the stage's /etc/passwd: taken as root\n")]
    [InlineData("COPY --chown=nobody:web f /g", "/g 644 0:0 1", "no user 'nobody' in the stage's /etc/passwd: taken as root\nno group 'web' in the stage's /etc/group: taken as group 0\n")]
    [InlineData("COPY --chown=12:web f /g", "/g 644 12:12 1", "no group 'web' in the stage's /etc/group: taken as group 12\n")]
    [InlineData("USER web\nWORKDIR /g", "/g/ 755 0:0", "no user 'web' in the stage's /etc/passwd: taken as root\n")]
    [InlineData("USER root\nWORKDIR /g", "/g/ 755 0:0", "")]
    [InlineData("COPY --chown=12:13 f /g", "/g 644 12:13 1", "")]
    public void Owner_WhoseNameIsNotThere_IsRoot_AndTheStepSaysSo(string line, string file, string said)
    {
        _build.Write("f", "1");

        Assert.Contains(file + "\n", _build.Files(_build.Build($"FROM scratch\n{line}\n")), StringComparison.Ordinal);
        Assert.Equal(said, _build.Progress.Output.ToString());
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
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public void Add_Tar_IsUnpacked(string? packer)
    {
        string archive = Path.Join(_build.ContextPath, "archive");
        using (FileStream file = File.Create(archive))
        using (var tar = new System.Formats.Tar.TarWriter(file))
        {
            using var data = new MemoryStream("T"u8.ToArray());
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "in/t") { Uid = 3, Gid = 4, DataStream = data, Mode = UnixFileMode.UserRead });
        }
        if (packer is not null)
        {
            Assert.SkipUnless(File.Exists("/usr/bin/" + packer) || File.Exists("/bin/" + packer), $"{packer} is not installed");
            using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"{packer} -c '{archive}' > '{archive}.p' && mv '{archive}.p' '{archive}'"]);
            process.WaitForExit();
        }

        Assert.Equal("/x/ 755 0:0\n/x/in/ 755 0:0\n/x/in/t 400 3:4 T\n", _build.Files(_build.Build("FROM scratch\nADD archive /x\n")));
        Assert.StartsWith("/x/ 755 0:0\n", _build.Files(_build.Build("FROM scratch\nADD --chmod=600 archive /x\n")), StringComparison.Ordinal);
        Assert.EndsWith("/x/in/t 400 7:8 T\n", _build.Files(_build.Build("FROM scratch\nADD --chown=7:8 archive /x\n")), StringComparison.Ordinal);
        Assert.StartsWith("/archive 644 0:0", _build.Files(_build.Build("FROM scratch\nADD --unpack=false archive /\n")), StringComparison.Ordinal);
        Assert.StartsWith("/archive 644 0:0", _build.Files(_build.Build("FROM scratch\nCOPY archive /\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_CompressedFileThatIsNoTar_IsCopied()
    {
        using (FileStream file = File.Create(Path.Join(_build.ContextPath, "data.gz")))
        using (var packed = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest))
            packed.Write("not a tar"u8);

        Assert.StartsWith("/data.gz 644 0:0", _build.Files(_build.Build("FROM scratch\nADD data.gz /\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_Url_IsAFileOfItsOwn()
    {
        _build.Fetcher.Files["http://host/dir/file.txt?x=1"] = ("content"u8.ToArray(), new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _build.Fetcher.Files["http://host/"] = ("root"u8.ToArray(), null);
        string digest = Digest.Of("content"u8).ToString();

        Assert.Equal("/d/ 755 0:0\n/d/file.txt 600 0:0 content\n", _build.Files(_build.Build("FROM scratch\nADD http://host/dir/file.txt?x=1 /d/\n")));
        Assert.Equal("/d/ 755 0:0\n/d/__unnamed__ 600 0:0 root\n", _build.Files(_build.Build("FROM scratch\nADD http://host/ /d/\n")));
        Assert.Equal("/f 640 1:2 content\n", _build.Files(_build.Build("FROM scratch\nADD --chown=1:2 --chmod=640 http://host/dir/file.txt?x=1 /f\n")));
        int before = _build.Fetcher.Downloads;
        _build.Build($"FROM scratch\nADD --checksum={digest} http://host/dir/file.txt?x=1 /f\n");
        _build.Build($"FROM scratch\nADD --checksum={digest} http://host/dir/file.txt?x=1 /f\n");
        Assert.Equal(before + 1, _build.Fetcher.Downloads);
        Assert.Equal(ErrorKind.Corrupt, _build.Fails($"FROM scratch\nADD --checksum={digest} http://host/ /f\n").Kind);
    }

    // What comes from the cache is what a cold build would make: times and attributes of a stage's files get into the layer, so they are in its key.
    [Fact]
    public void From_AnotherTimeOfEqualContent_IsNotTheOldLayer()
    {
        _build.Write("f", "x");
        const string Text = "FROM scratch\nCOPY --from=base /f /f\n";
        Base(100);
        ImageRecord first = _build.Build(Text, At(1000));
        Base(200);

        ImageRecord second = _build.Build(Text, At(1000));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(_build.Build(Text, request => At(1000)(request) with { NoCache = true }).Id, second.Id);
        // What is clamped away makes no difference.
        ImageRecord clamped = _build.Build(Text, At(50));
        Base(100);
        Assert.Equal(clamped.Id, _build.Build(Text, At(50)).Id);
        Assert.Equal(["COPY --from=base /f /f"], _build.Progress.With(Progress.StepOutcome.Cached));

        void Base(long epoch) => _build.Build("FROM scratch\nCOPY f /f\n", request => At(epoch)(request) with { Tags = [Reference.Parse("base")] });
    }

    [Fact]
    public void From_AnotherAttributeOfEqualContent_IsNotTheOldLayer()
    {
        ImageRecord first = _build.Build(Text("one"));

        ImageRecord second = _build.Build(Text("two"));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(_build.Build(Text("two"), request => request with { NoCache = true }).Id, second.Id);

        static string Text(string mark) => $"FROM scratch AS a\nRUN write /f x\nRUN mark /f {mark}\nFROM scratch\nCOPY --from=a /f /f\n";
    }

    [Fact]
    public void Add_AnotherTimeOfTheServer_IsNotTheOldLayer()
    {
        const string Url = "http://server/f";
        _build.Fetcher.Files[Url] = ("x"u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(100));
        ImageRecord first = _build.Build($"FROM scratch\nADD {Url} /f\n", At(1000));
        _build.Fetcher.Files[Url] = ("x"u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(200));

        ImageRecord second = _build.Build($"FROM scratch\nADD {Url} /f\n", At(1000));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(_build.Build($"FROM scratch\nADD {Url} /f\n", request => At(1000)(request) with { NoCache = true }).Id, second.Id);
    }

    private static Func<BuildRequest, BuildRequest> At(long epoch) =>
        request => request with { BuildArgs = new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = epoch.ToString(System.Globalization.CultureInfo.InvariantCulture) } };

    [Fact]
    public void Add_Repository_IsItsFiles_AndCachedByItsCommit()
    {
        Assert.Equal("/r/ 755 0:0\n/r/sub/ 755 0:0\n/r/sub/file 644 0:0 aaa\n", _build.Files(_build.Build("FROM scratch\nADD https://host/repo.git#main /r\n")));
        Assert.Equal("/r/ 755 0:0\n/r/file 644 0:0 aaa\n", _build.Files(_build.Build("FROM scratch\nADD https://host/repo.git#main:sub /r\n")));
        _build.Build("FROM scratch\nADD https://host/repo.git#main /r\n");
        Assert.Equal(2, _build.Fetcher.CheckOuts);
        _build.Fetcher.Commit = new('b', 40);
        Assert.EndsWith(" bbb\n", _build.Files(_build.Build("FROM scratch\nADD https://host/repo.git#main /r\n")), StringComparison.Ordinal);
        Assert.Equal(ErrorKind.InvalidArgument, _build.Fails("FROM scratch\nCOPY https://host/repo.git /r\n").Kind);
    }

    [Fact]
    public void Copy_LinkFlag_KeepsItsLayerOnAnotherBase()
    {
        Sample();
        var first = _build.Build("FROM scratch\nRUN write /one 1\nCOPY --link a.txt /d/\n");
        var second = _build.Build("FROM scratch\nRUN write /two 2\nCOPY --link a.txt /d/\n");

        Assert.Contains("COPY --link a.txt /d/", _build.Progress.With(Progress.StepOutcome.Cached));
        Assert.Equal(first.Manifest.Layers[1].Digest, second.Manifest.Layers[1].Digest);
        Assert.Equal("/d/ 755 0:0\n/d/a.txt 644 0:0 A\n/two 644 0:0 2\n", _build.Files(second));
    }

    [Fact]
    public void Copy_HardLinks_StayLinks()
    {
        Sample();
        using (var context = Linux.Files.DirFd.Open(_build.ContextPath))
            context.TryLink("z.txt"u8, context, "a.txt"u8);
        _build.Build("FROM scratch\nCOPY . /x/\n", request => request with { Tags = [Reference.Parse("linked")] });
        string layer = _build.Store.Layers.PathOf(_build.Store.Images.Get("linked").ChainIds[0]);

        Assert.Equal(2u, Linux.Files.FileDescriptor.Status(Linux.Files.FileDescriptor.Open(layer + "/x/a.txt", Linux.Files.OpenFlags.Path)).Links);
    }

    [Fact]
    public void Copy_ToALink_GoesWhereItLeads()
    {
        Sample();
        Directory.CreateDirectory(Path.Join(_build.ContextPath, "links"));
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "links/file"), "real/target");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "links/up"), "../../../outside");

        Assert.Equal("/file -> real/target\n/outside 644 0:0 A\n/real/ 755 0:0\n/real/target 644 0:0 A\n/up -> ../../../outside\n",
            _build.Files(_build.Build("FROM scratch\nCOPY links /\nCOPY a.txt /file\nCOPY a.txt /up\n")));
    }

    private void Sample()
    {
        _build.Write("a.txt", "A");
        _build.Write("b.md", "B", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _build.Write("d/e/f", "F");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "d/l"), "../a.txt");
    }
}
