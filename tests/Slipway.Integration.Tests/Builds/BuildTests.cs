using Xunit;

namespace Slipway.Integration.Tests.Builds;

public sealed class BuildTests
{
    [Fact]
    public void Build_StagesCopyAndRun_MakeTheImage()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/src/hello.txt", "hello\n");
        slip.Write("ctx/skip.log", "not for the image");
        slip.Write("ctx/.dockerignore", "*.log\n");
        slip.Write("ctx/Dockerfile", """
            FROM busybox AS build
            ARG WHO=world
            WORKDIR /work
            COPY src/ .
            RUN sed "s/hello/hello $WHO/" hello.txt > out.txt 2>/dev/null || (printf 'hello '; echo $WHO) > out.txt
            FROM busybox
            ENV PLACE=shore
            LABEL kind=test
            COPY --from=build --chown=1000:2000 --chmod=750 /work/out.txt /app/out.txt
            COPY . /all
            USER boat
            WORKDIR /app
            CMD ["sh", "-c", "cat out.txt; echo $PLACE; id -u; ls /all"]
            """);
        slip.Ok("build", "-t", "built", "--build-arg", "WHO=sea", Path.Combine(slip.Scratch, "ctx"));
        Assert.Equal("hello sea\nshore\n1000\nDockerfile\nsrc", slip.Ok("run", "--rm", "--network", "none", "built"));
        Assert.Equal("750 1000 2000", slip.Ok("run", "--rm", "--network", "none", "-u", "0", "built", "stat", "-c", "%a %u %g", "/app/out.txt"));
        Assert.Equal("test", slip.Ok("image", "inspect", "-f", "{{index .Config.Labels \"kind\"}}", "built"));
    }

    [Fact]
    public void Build_Twice_SameDigest_CachedOrCold()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nCOPY file /file\nRUN date +%N > /dev/null; echo made > /made; mkdir /d\n");
        string file = slip.Write("ctx/file", "content");
        string context = Path.GetDirectoryName(file)!;
        string first = slip.Ok("build", "-q", context);
        File.SetLastWriteTimeUtc(file, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Assert.Equal(first, slip.Ok("build", "-q", context));
        Assert.Equal(first, slip.Ok("build", "-q", "--no-cache", context));
        // The base by its bytes: an import of the same tar on another day is another image.
        string archive = Path.Combine(slip.Scratch, "base.tar");
        slip.Ok("save", "-o", archive, "busybox");
        using var elsewhere = new Slip();
        elsewhere.Ok("load", "-i", archive);
        Assert.Equal(first, elsewhere.Ok("build", "-q", "--no-cache", context));
        File.WriteAllText(file, "changed");
        Assert.NotEqual(first, slip.Ok("build", "-q", context));
    }

    [Fact]
    public void Build_FailingRun_NamesTheLineAndTheCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\n\nRUN echo before && exit 3\n");
        Slip.Result result = slip.Run("build", Path.Combine(slip.Scratch, "ctx"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("did not complete successfully: exit code: 3", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:3", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM busybox\nRUNN x\n", "Dockerfile:2")]
    [InlineData("FROM 127.0.0.1:1/nothere\n", "nothere")]
    [InlineData("FROM busybox\nCOPY missing /x\n", "missing")]
    [InlineData("FROM busybox\nCOPY ../../etc/passwd /x\n", "Dockerfile:2")]
    [InlineData("", "Dockerfile")]
    public void Build_Mistake_IsSaid(string dockerfile, string expected)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", dockerfile);
        Slip.Result result = slip.Run("build", Path.Combine(slip.Scratch, "ctx"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_RunStep_HasTheSandboxOfAContainer()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nRUN grep -q 'CapEff:.00000000a80425fb' /proc/self/status && grep -q 'CapInh:.0000000000000000' /proc/self/status && grep -q 'Seccomp:.2' /proc/self/status && test $(cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null) = 2048\n");
        slip.Ok("build", Path.Combine(slip.Scratch, "ctx"));
    }

    [Fact]
    public void Build_AddUnpacksAnArchive()
    {
        using Slip slip = Slip.WithBusybox();
        string context = Path.GetDirectoryName(slip.Write("ctx/Dockerfile", "FROM scratch\nADD root.tar /\nCMD [\"/bin/echo\", \"from scratch\"]\n"))!;
        File.Copy(BusyboxTar.Path, Path.Combine(context, "root.tar"));
        slip.Ok("build", "-t", "scratched", context);
        Assert.Equal("from scratch", slip.Ok("run", "--rm", "--network", "none", "scratched"));
    }
}
