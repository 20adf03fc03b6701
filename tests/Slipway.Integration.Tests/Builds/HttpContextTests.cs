using System.Diagnostics;
using Slipway.Integration.Tests.Faults;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>Contexts that a web server gives: archives, a Dockerfile alone, and servers that mean no good.</summary>
public sealed class HttpContextTests : IDisposable
{
    private readonly BuildCase _build = new BuildCase().With("Dockerfile", "FROM busybox\nARG SOURCE_DATE_EPOCH\nCOPY file /file\nRUN echo $SOURCE_DATE_EPOCH > /e\n").With("file", "content").With("sub/Other", "FROM busybox\nCOPY sub /sub\n");
    private readonly FileServer _server;

    public HttpContextTests() => _server = new(Directory.CreateDirectory(Path.Combine(_build.Slip.Scratch, "www")).FullName);

    public void Dispose()
    {
        _server.Dispose();
        _build.Dispose();
    }

    [Theory]
    [InlineData("cat")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public void AnArchive_IsAContext_HoweverItIsPackedAndCalled(string packing)
    {
        Pack("file.bin", packing);

        _build.Slip.Ok("build", "-t", "built", $"{_server.Address}/file.bin?some=query");
        Assert.Equal("content", _build.In("cat /file"));
        string digest = _build.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "built");
        _build.Slip.Ok("build", "-t", "built", _build.Context);
        Assert.Equal(digest, _build.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "built"));
        _build.Slip.Ok("build", "-t", "built", "-f", "sub/Other", $"{_server.Address}/file.bin");
        Assert.Equal("FROM busybox", _build.In("head -n1 /sub/Other"));
    }

    [Fact]
    public void ADockerfileAlone_IsBuiltWithoutFiles()
    {
        _build.Slip.Write("www/remote", "FROM busybox\nRUN echo yes > /made\n");
        _build.Slip.Write("www/copies", "FROM busybox\nCOPY file /\n");

        _build.Slip.Ok("build", "-t", "built", $"{_server.Address}/remote");
        Assert.Equal("yes", _build.In("cat /made"));
        Slip.Result result = _build.Slip.Run("build", $"{_server.Address}/copies");
        Assert.Contains("\"/file\": not found", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Redirects_AreFollowed_UpToTen()
    {
        Pack("context.tar", "cat");
        for (int i = 0; i < 12; i++)
        {
            string next = i == 0 ? "/context.tar" : $"/{i - 1}";
            _server.Answers[$"/{i}"] = answer =>
            {
                answer.StatusCode = i % 2 == 0 ? 302 : 307;
                answer.Headers["Location"] = next; // relative, as servers send it
            };
        }

        _build.Slip.Ok("build", "-t", "built", _server.Address + "/9");
        Assert.Equal("content", _build.In("cat /file"));
        Assert.Contains("more than 10 redirects", _build.Slip.Run("build", _server.Address + "/11").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/none", "the server answers 404")]
    [InlineData("/gone", "the server answers 410")]
    [InlineData("/broken", "the server answers 500")]
    [InlineData("/short", "the answer broke off")]
    [InlineData("/empty", "the Dockerfile cannot be empty")]
    [InlineData("/page", "unknown instruction: <HTML>")]
    [InlineData("/cut.tar", "")]
    [InlineData("/cut.tar.gz", "")]
    [InlineData("/noise.gz", "")]
    [InlineData("/escape.tar", "")]
    public void WhatIsNoContext_IsRefused_AndLeavesNothing(string path, string expected)
    {
        byte[] plain = Pack("context.tar", "cat"), packed = Pack("context.tar.gz", "gzip");
        _server.Answers["/gone"] = answer => answer.StatusCode = 410;
        _server.Answers["/broken"] = answer => answer.StatusCode = 500;
        _server.Answers["/empty"] = answer => answer.ContentLength64 = 0;
        _server.Answers["/page"] = answer => answer.OutputStream.Write("<HTML>nothing here</HTML>\n"u8);
        _server.Answers["/cut.tar"] = answer => answer.OutputStream.Write(plain.AsSpan(0, 1000));
        _server.Answers["/cut.tar.gz"] = answer => answer.OutputStream.Write(packed.AsSpan(0, packed.Length / 2));
        _server.Answers["/noise.gz"] = answer => answer.OutputStream.Write([.. packed.AsSpan(0, 20), .. new byte[5000]]);
        _server.Answers["/escape.tar"] = answer => answer.OutputStream.Write(Escaping());
        _server.Answers["/short"] = answer =>
        {
            answer.ContentLength64 = plain.Length;
            answer.OutputStream.Write(plain.AsSpan(0, 700));
            answer.OutputStream.Flush();
            answer.Abort();
        };

        Slip.Result result = _build.Slip.Run("build", _server.Address + path);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.DataRoot, "tmp")));
        Assert.False(File.Exists(Path.Combine(_build.Slip.Scratch, "escaped")));
    }

    [Fact]
    public void AnEndlessAnswer_EndsWhereTheDiskWouldBeFull()
    {
        Needs.Containers();
        using var slip = new Slip();
        using var disk = new SmallDisk(slip, "tmpfs", "size=64m,mode=0700");
        _server.Answers["/endless"] = answer =>
        {
            answer.SendChunked = true;
            var zeros = new byte[1 << 16];
            while (true)
                answer.OutputStream.Write(zeros);
        };

        Slip.Result result = slip.Run("build", _server.Address + "/endless");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("which is kept free", result.Errors, StringComparison.Ordinal);
        Assert.Contains("make room", result.Errors, StringComparison.Ordinal);
        Assert.True(disk.FreeBytes > 40 << 20);
    }

    [Fact]
    public void ABombOfZeros_FillsTheDiskAndIsGone()
    {
        Needs.Containers();
        using var slip = new Slip();
        using var disk = new SmallDisk(slip, "tmpfs", "size=64m,mode=0700");
        byte[] bomb = Output("sh", "-c", "truncate -s 2G bomb && tar -c bomb | gzip -1; rm bomb");
        _server.Answers["/bomb"] = answer => answer.OutputStream.Write(bomb);

        Slip.Result result = slip.Run("build", _server.Address + "/bomb");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("no space left on device", result.Errors, StringComparison.Ordinal);
        Assert.True(disk.FreeBytes > 40 << 20);
    }

    [Fact]
    public void SourceDateEpoch_CanBeTheContexts_OrANamedOnes()
    {
        File.SetLastWriteTimeUtc(Path.Combine(_build.Context, "file"), DateTime.UnixEpoch.AddSeconds(1_100_000_000));
        foreach (string name in (string[])["Dockerfile", "sub/Other"])
            File.SetLastWriteTimeUtc(Path.Combine(_build.Context, name), DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        byte[] archive = Pack("dated.tar.gz", "gzip");
        File.SetLastWriteTimeUtc(Path.Combine(_build.Slip.Scratch, "www/dated.tar.gz"), DateTime.UnixEpoch.AddSeconds(1_200_000_000));
        // No Last-Modified: the newest file's time.
        _server.Answers["/undated.tar.gz"] = answer => answer.OutputStream.Write(archive);
        string Epoch(string context, params string[] args)
        {
            _build.Slip.Ok(["build", "-t", "built", .. args, context]);
            return _build.In("cat /e");
        }

        Assert.Equal("1200000000", Epoch(_server.Address + "/dated.tar.gz", "--build-arg", "SOURCE_DATE_EPOCH=context"));
        Assert.Equal("2008-01-10T21:20:00Z", _build.Slip.Ok("image", "inspect", "-f", "{{.Created}}", "built"));
        Assert.Equal("1100000000", Epoch(_server.Address + "/undated.tar.gz", "--build-arg", "SOURCE_DATE_EPOCH=context"));
        Assert.Equal("", Epoch(_server.Address + "/dated.tar.gz"));
        Assert.Equal("1100000000", Epoch(_build.Context, "--build-context", $"lib={_server.Address}/undated.tar.gz", "--build-arg", "SOURCE_DATE_EPOCH=lib"));
        // A directory of the host's has no time of its own.
        Assert.Equal("0", Epoch(_build.Context, "--build-arg", "SOURCE_DATE_EPOCH=context"));
        Assert.Contains("invalid SOURCE_DATE_EPOCH 'nothing'", _build.Slip.Run("build", "--build-arg", "SOURCE_DATE_EPOCH=nothing", _build.Context).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void SourceDateEpoch_CanBeAStages_AndAChecksumMakesHeadersMeanNothing()
    {
        File.SetLastWriteTimeUtc(Path.Combine(_build.Context, "file"), DateTime.UnixEpoch.AddSeconds(1_100_000_000));
        foreach (string name in (string[])["Dockerfile", "sub/Other"])
            File.SetLastWriteTimeUtc(Path.Combine(_build.Context, name), DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        string sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Pack("dated.tar", "cat")));
        File.SetLastWriteTimeUtc(Path.Combine(_build.Slip.Scratch, "www/dated.tar"), DateTime.UnixEpoch.AddSeconds(1_200_000_000));
        string Text(string flag) => $"FROM scratch AS src\nADD {flag}{_server.Address}/dated.tar /\nFROM busybox\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /e\n";

        _build.Build(Text(""), "--build-arg", "SOURCE_DATE_EPOCH=src");
        Assert.Equal("1200000000", _build.In("cat /e"));
        _build.Build(Text($"--checksum=sha256:{sum} "), "--build-arg", "SOURCE_DATE_EPOCH=SRC");
        Assert.Equal("1100000000", _build.In("cat /e"));
        Assert.Contains("digest mismatch", _build.Try(Text($"--checksum=sha256:{new string('0', 64)} "), "--build-arg", "SOURCE_DATE_EPOCH=src").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NamedContexts_AreArchivesToo_AndNothingElse()
    {
        Pack("lib.tar.zst", "zstd");
        _build.Slip.Write("www/text", "FROM busybox\n");

        _build.Build("FROM lib AS l\nFROM busybox\nCOPY --from=lib file /a\nRUN --mount=from=lib,target=/m cat /m/sub/Other > /b\n", "--build-context", $"lib={_server.Address}/lib.tar.zst");
        Assert.Equal("contentFROM busybox", _build.In("cat /a; head -n1 /b"));
        Slip.Result text = _build.Try("FROM busybox\n", "--build-context", $"lib={_server.Address}/text");
        Assert.Contains("build context 'lib': what " + _server.Address + "/text gives is no archive, and it is no git repository", text.Errors, StringComparison.Ordinal);
        Assert.Contains("no contexts of that kind", _build.Try("FROM busybox\n", "--build-context", "lib=target:other").Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.DataRoot, "tmp")));
    }

    [Fact]
    public void Ctrl_C_EndsADownload()
    {
        using var asked = new ManualResetEventSlim();
        _server.Answers["/silent"] = answer =>
        {
            answer.ContentLength64 = 1 << 20;
            answer.OutputStream.Write(new byte[1024]);
            answer.OutputStream.Flush();
            asked.Set();
            Thread.Sleep(TimeSpan.FromSeconds(20));
        };
        using Process process = _build.Slip.Start("build", _server.Address + "/silent");
        Assert.True(asked.Wait(TimeSpan.FromSeconds(20)));

        Process.Start("kill", ["-INT", process.Id.ToString()]).WaitForExit();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.NotEqual(0, process.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.DataRoot, "tmp")));
    }

    private byte[] Pack(string name, string packing)
    {
        byte[] archive = Output("sh", "-c", $"tar -C '{_build.Context}' --sort=name -c . | {packing}");
        File.WriteAllBytes(Path.Combine(_build.Slip.Scratch, "www", name), archive);
        return archive;
    }

    // A link out of the context, and a file by way of it.
    private byte[] Escaping() => Output("sh", "-c", $"mkdir -p one two/x && ln -s '{_build.Slip.Scratch}' one/x && echo > two/x/escaped && tar -C one -cf out x && tar -C two -rf out x/escaped && cat out");

    private byte[] Output(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, WorkingDirectory = _build.Slip.Scratch })!;
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return output.ToArray();
    }
}
