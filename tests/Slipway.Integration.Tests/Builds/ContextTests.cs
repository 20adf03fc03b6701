using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>Where contexts come from and where results go.</summary>
public sealed class ContextTests
{
    [Fact]
    public void Stdin_ATar_PackedOrNot_IsAContext_AndADockerfileAloneIsOne()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nCOPY file /file\n");
        slip.Write("ctx/file", "content");
        string context = Path.Combine(slip.Scratch, "ctx");
        string expected = slip.Ok("build", "-q", context);

        Assert.Equal(expected, Piped(slip, $"tar -C {context} -c .", "build", "-q", "-").Output.TrimEnd('\n'));
        foreach (string packing in (string[])["gzip", "bzip2", "xz", "zstd"])
            Assert.Equal(expected, Piped(slip, $"tar -C {context} -c . | {packing}", "build", "-q", "-").Output.TrimEnd('\n'));
        Assert.Equal(expected, Piped(slip, $"cat {context}/Dockerfile", "build", "-q", "-f", "-", context).Output.TrimEnd('\n'));
        Assert.StartsWith("sha256:", Piped(slip, "printf 'FROM busybox\\nRUN echo 1 > /one\\n'", "build", "-q", "-").Output, StringComparison.Ordinal);
        Slip.Result both = slip.Run("build", "-f", "-", "-");
        Assert.Contains("can't use stdin for both build context and dockerfile", both.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "tmp")));
    }

    [Fact]
    public void ABroughtContext_NeverNamesFilesOfTheHost()
    {
        using Slip slip = Slip.WithBusybox();
        string secret = slip.Write("secret", "host-secret-text");
        Directory.CreateDirectory(Path.Combine(slip.Scratch, "ctx"));
        File.CreateSymbolicLink(Path.Combine(slip.Scratch, "ctx/Dockerfile"), secret);
        File.CreateSymbolicLink(Path.Combine(slip.Scratch, "ctx/out"), secret);
        slip.Write("ctx/Good", "FROM busybox\nCOPY out /x\n");

        foreach (string file in (string[])["Dockerfile", "Good", $"../../../../../..{secret}"])
        {
            Slip.Result result = Piped(slip, $"tar -C {slip.Scratch}/ctx -c .", "build", "-f", file, "-");
            Assert.NotEqual(0, result.ExitCode);
            Assert.DoesNotContain("host-secret-text", result.Output + result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Outputs_LocalTarAndArchives_HaveTheFiles_AndLeaveNoImage()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox AS b\nRUN mkdir /out && echo 1 > /out/one && ln -s /etc /out/link && chmod 4755 /out/one\nFROM scratch\nCOPY --from=b /out /\n");
        string context = Path.Combine(slip.Scratch, "ctx"), target = Path.Combine(slip.Scratch, "target");
        Directory.CreateDirectory(target);
        Directory.CreateDirectory(Path.Combine(slip.Scratch, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(target, "one"), Path.Combine(slip.Scratch, "elsewhere/one"));
        int before = slip.Ok("images", "-aq").Split('\n').Length;

        slip.Ok("build", "-o", target, context);

        Assert.Equal("1\n", File.ReadAllText(Path.Combine(target, "one")));
        Assert.Null(new FileInfo(Path.Combine(target, "one")).LinkTarget);
        Assert.Empty(Directory.GetFiles(Path.Combine(slip.Scratch, "elsewhere")));
        Assert.Equal(0, (int)(File.GetUnixFileMode(Path.Combine(target, "one")) & UnixFileMode.SetUser));
        Assert.Equal("/etc", new FileInfo(Path.Combine(target, "link")).LinkTarget);
        Assert.Equal("link\none", slip.RunUnder(["sh", "-c", "\"$0\" \"$@\" 2>/dev/null | tar -t | sort"], "build", "-o", "-", context).Output.TrimEnd('\n'));
        slip.Ok("build", "-t", "packed", "-o", $"type=oci,dest={slip.Scratch}/oci.tar", context);
        Assert.True(new FileInfo(Path.Combine(slip.Scratch, "oci.tar")).Length > 0);
        slip.Ok("build", "-o", "type=cacheonly", context);
        Assert.Equal(before, slip.Ok("images", "-aq").Split('\n').Length);
    }

    [Fact]
    public void Archives_OfOneResultAtTheSameTime_DoNotNeedEachOther_NorTakeAnImage()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nCOPY Dockerfile /\n");
        string context = Path.Combine(slip.Scratch, "ctx");
        int before = slip.Ok("images", "-aq").Split('\n').Length;

        System.Diagnostics.Process[] builds = [.. Enumerable.Range(0, 8).Select(i => slip.Start("build", "-q", "-o", $"type=oci,dest={slip.Scratch}/{i}.tar", context))];
        string kept = slip.Ok("build", "-q", context);
        foreach (System.Diagnostics.Process build in builds)
        {
            build.WaitForExit();
            Assert.True(build.ExitCode == 0, build.StandardError.ReadToEnd());
            build.Dispose();
        }

        Assert.Equal(before + 1, slip.Ok("images", "-aq").Split('\n').Length);
        Assert.Equal(kept, slip.Ok("image", "inspect", "-f", "{{.Id}}", kept));
        slip.Ok("rmi", kept);
        Assert.Contains(kept, slip.Ok("load", "-i", $"{slip.Scratch}/7.tar"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "", "--provenance=false", "--sbom=false", "--rm", "--force-rm")]
    [InlineData(0, "", "-o", "type=image,compression=gzip,oci-mediatypes=true,rewrite-timestamp=true,unpack=true")]
    [InlineData(0, "Check complete, no warnings found.", "--call=check")]
    [InlineData(1, "attestations are not supported yet", "--provenance=mode=max")]
    [InlineData(1, "attestations are not supported yet", "--sbom=true")]
    [InlineData(1, "want build or check", "--call=outline")]
    [InlineData(1, "compression=zstd is not supported", "-o", "type=image,compression=zstd")]
    [InlineData(1, "push-by-digest=true is not supported", "-o", "type=image,push-by-digest=true")]
    public void FlagsOfBuildx_AreDone_OrRefused_NeverIgnored(int exitCode, string said, params string[] flags)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nRUN true\n");

        Slip.Result result = slip.Run(["build", .. flags, Path.Combine(slip.Scratch, "ctx")]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(said, result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void IdAndMetadataFiles_SayWhatWasMade()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\n");
        string id = Path.Combine(slip.Scratch, "id"), metadata = Path.Combine(slip.Scratch, "metadata.json");

        string printed = slip.Ok("build", "-q", "-t", "one", "-t", "two:x", "--iidfile", id, "--metadata-file", metadata, Path.Combine(slip.Scratch, "ctx"));

        Assert.Equal(printed, File.ReadAllText(id));
        Assert.Contains($"\"containerimage.digest\":\"{printed}\"", File.ReadAllText(metadata), StringComparison.Ordinal);
        Assert.Contains("two:x", File.ReadAllText(metadata), StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedStep_CanBeEntered()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nENV PLACE=shore\nWORKDIR /w\nRUN echo said; echo left > /w/left; exit 7\n");

        Slip.Result failed = slip.Run("build", Path.Combine(slip.Scratch, "ctx"));

        Assert.Contains(">>> RUN echo said", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("------\n > [3/3] RUN echo said", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("slip enter --build ", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("left\n/w\nshore", slip.Ok("enter", "--build", "LAST", "sh", "-c", "cat left; pwd; echo $PLACE; rm left"));
        Assert.Equal("left", slip.Ok("enter", "--build", "LAST", "cat", "/w/left"));
        Assert.Equal(1, slip.Run("enter", "--build", "LAST", "--before", "test", "-e", "/w/left").ExitCode);
    }

    private static Slip.Result Piped(Slip slip, string producer, params string[] args) => slip.RunUnder(["sh", "-c", producer + " | \"$0\" \"$@\""], args);
}
