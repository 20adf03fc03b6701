using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>Parts of the language that show only when steps run.</summary>
public sealed class LanguageTests
{
    [Fact]
    public void ASyntaxDirective_IsNoted_AndNothingIsFetched()
    {
        using var build = new BuildCase();

        Assert.Equal("syntax docker/dockerfile:1.99-labs: the language is read here as a whole, and no front end is fetched\nhi", build.Build("# syntax=docker/dockerfile:1.99-labs\nFROM busybox\nRUN echo hi\n"));
        Assert.Equal("", build.Build("# escape=`\nFROM busybox\n"));
    }

    [Theory]
    [InlineData("RUN <<E\necho one\necho two $A\nE", "one\ntwo v")]
    [InlineData("RUN <<'E'\necho one $A\nE", "one v")]
    [InlineData("RUN <<-E\n\techo tab\n\tE", "tab")]
    [InlineData("RUN <<E cat\n$A\nE", "v")]
    [InlineData("RUN <<'E' cat\n$A\nE", "$A")]
    [InlineData("RUN cat <<ONE - <<TWO\n1\nONE\n2\nTWO", "2")]
    [InlineData("RUN cat 3<<E <&3\nthree\nE", "three")]
    [InlineData("RUN <<E\n#!/bin/cat\nscript\nE", "#!/bin/cat\nscript")]
    [InlineData("SHELL [\"/bin/sh\", \"-ec\"]\nRUN <<E\necho a\ntrue\necho b\nE", "a\nb")]
    public void Heredoc_IsRunAsBuildKitDoes(string text, string expected)
    {
        using var build = new BuildCase();

        Assert.Equal(expected, build.Build($"FROM busybox\nENV A=v\n{text}\nRUN test ! -e /dev/pipes\n"));
    }

    [Fact]
    public void Onbuild_TriggersRunInTheChild_WithItsStagesAndContext()
    {
        using BuildCase build = new BuildCase().With("f", "child");
        build.Build("FROM busybox\nONBUILD ARG WHO\nONBUILD COPY f /f\nONBUILD COPY --from=tools /t /t\nONBUILD RUN <<E\necho $WHO > /who\nE\nONBUILD ENV SET=1\n");
        build.Slip.Ok("tag", "built", "parent");
        Assert.Equal("[ARG WHO COPY f /f COPY --from=tools /t /t RUN <<E\necho $WHO > /who\nE ENV SET=1]", build.Slip.Ok("image", "inspect", "-f", "{{.Config.OnBuild}}", "parent"));

        build.Build("FROM busybox AS tools\nRUN echo tool > /t\nFROM parent\nRUN cat /who && test $SET = 1\n", "--build-arg", "WHO=me");

        Assert.Equal("childtool\nme", build.In("cat /f /t /who"));
        Assert.Equal("null", build.Slip.Ok("image", "inspect", "-f", "{{json .Config.OnBuild}}", "built"));
    }

    [Fact]
    public void Onbuild_OfAStageInTheSameFile_Runs()
    {
        using var build = new BuildCase();

        Assert.Equal("triggered", build.Build("FROM busybox AS base\nONBUILD RUN echo triggered\nFROM base\n"));
    }

    [Fact]
    public void NamedContexts_StandForStagesAndImages()
    {
        using BuildCase build = new BuildCase().With("f", "main");
        string other = Path.GetDirectoryName(build.Slip.Write("other/f", "other"))!;
        build.Slip.Write("other/skip", "x");
        build.Slip.Write("other/.dockerignore", "skip\n");
        const string Text = "FROM busybox AS dep\nRUN echo stage > /f\nFROM busybox\nCOPY --from=dep /f /f\nRUN --mount=from=more,target=/m ls /m && cat /m/f\n";

        Assert.Equal("f\nother", build.Build(Text, "--build-context", "more=" + other));
        Assert.Equal("stage", build.In("cat /f"));
        build.Build(Text, "--build-context", "more=" + other, "--build-context", "dep=" + other);
        Assert.Equal("other", build.In("cat /f"));
        build.Build("FROM elsewhere/image:1\nCOPY f /f\n", "--build-context", "elsewhere/image:1=docker-image://busybox");
        Assert.Equal("main", build.In("cat /f"));
    }

    [Fact]
    public void OciLayout_IsAContext()
    {
        using var build = new BuildCase();
        string skopeo = Needs.Program("skopeo"), layout = Path.Combine(build.Slip.Scratch, "layout"), archive = Path.Combine(build.Slip.Scratch, "a.tar");
        build.Slip.Ok("save", "-o", archive, "busybox");
        using (var copy = System.Diagnostics.Process.Start(skopeo, ["copy", "-q", "docker-archive:" + archive, $"oci:{layout}:v1"]))
        {
            copy.WaitForExit();
            Assert.Equal(0, copy.ExitCode);
        }

        build.Build("FROM base\nRUN echo ok > /ok\n", "--build-context", $"base=oci-layout://{layout}:v1");

        Assert.Equal("ok", build.In("cat /ok"));
        Assert.Contains("has no image 'v2'", build.Try("FROM base\n", "--build-context", $"base=oci-layout://{layout}:v2").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignProcessor_SaysWhatIsMissing()
    {
        using var build = new BuildCase();
        Assert.SkipWhen(Directory.Exists("/proc/sys/fs/binfmt_misc") && Directory.GetFiles("/proc/sys/fs/binfmt_misc", "*s390x*").Length > 0, "this machine has an emulator for s390x");

        // COPY needs no processor; RUN does.
        build.With("f", "x").Build("FROM scratch\nCOPY f /\n", "--platform", "linux/s390x");
        Assert.Equal("s390x", build.Slip.Ok("image", "inspect", "-f", "{{.Architecture}}", "built"));
        Slip.Result result = build.Try("FROM scratch\nCOPY f /\nRUN [\"/f\"]\n", "--platform", "linux/s390x");
        Assert.Contains("no emulator is registered for s390x", result.Errors, StringComparison.Ordinal);
        Assert.Contains("qemu-user-static", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Workdir_BelongsToTheUser()
    {
        using var build = new BuildCase();

        build.Build("FROM busybox\nUSER boat\nWORKDIR /home/boat/a/b\nRUN touch f\nWORKDIR /tmp\n");
        Assert.Equal("1000 1000", build.Slip.Ok("run", "--rm", "--network", "none", "built", "stat", "-c", "%u %g", "/home/boat/a/b"));
    }

    [Fact]
    public void Run_OnARootWithoutThem_LeavesTheKernelsDirectories_AndThoseThatAreThereAsTheyAre()
    {
        using var build = new BuildCase();
        const string Text = "FROM scratch\nCOPY --from=busybox /bin/busybox /bin/busybox\nRUN [\"/bin/busybox\", \"true\"]\n";
        string Files() => build.Slip.RunUnder(["sh", "-c", "\"$0\" \"$@\" 2>/dev/null | tar -tv | awk '{print $1, $2, $NF}' | sort -k3"], "build", "-o", "-", build.Context).Output.TrimEnd('\n');
        const string Made = "drwxr-xr-x 0/0 dev/\ndrwxr-xr-x 0/0 proc/\ndrwxr-xr-x 0/0 sys/";

        build.Build(Text);
        Assert.Equal($"drwxr-xr-x 0/0 bin/\n-rwxr-xr-x 0/0 bin/busybox\n{Made}", Files());
        build.With("root/dev/a", "");
        File.SetUnixFileMode(Path.Combine(build.Context, "root/dev"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        build.Build(Text.Replace("RUN", "COPY root /\nRUN", StringComparison.Ordinal));
        Assert.Equal($"drwxr-xr-x 0/0 bin/\n-rwxr-xr-x 0/0 bin/busybox\ndrwx------ 0/0 dev/\n-rw-r--r-- 0/0 dev/a\n{Made[(Made.IndexOf('\n', StringComparison.Ordinal) + 1)..]}", Files());
    }

    [Fact]
    public void Run_HasTheRightsThatDockerfilesAreWrittenFor()
    {
        using var build = new BuildCase();

        // A node can be made, and what it stands for not be reached: 1:11 is the kernel's log.
        build.Build("FROM busybox\nRUN mknod /log c 1 11 && ! dd if=/log of=/dev/null bs=1 count=1 2>/dev/null\nRUN grep -q 'CapBnd:.00000000a80425fb' /proc/self/status\nUSER boat\nRUN grep -q 'CapEff:.0000000000000000' /proc/self/status\n");
        Assert.Equal("character special file 1 b", build.In("stat -c '%F %t %T' /log").Replace("b ", "b", StringComparison.Ordinal));
    }

    [Fact]
    public void Healthcheck_EndsInTheConfig()
    {
        using var build = new BuildCase();

        build.Build("FROM busybox\nHEALTHCHECK --interval=5m --timeout=3s --start-period=1m --retries=4 CMD test -e /x\n");
        Assert.Equal("[CMD-SHELL test -e /x] 300000000000 4", build.Slip.Ok("image", "inspect", "-f", "{{.Config.Healthcheck.Test}} {{.Config.Healthcheck.Interval}} {{.Config.Healthcheck.Retries}}", "built"));
    }

    [Fact]
    public void Check_FindsAndExits()
    {
        using var build = new BuildCase();
        build.With("Dockerfile", "FROM busybox as b\nENV a 1\nCMD x\n");

        Slip.Result found = build.Slip.Run("build", "--check", build.Context);
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("WARNING: FromAsCasing", found.Output, StringComparison.Ordinal);
        Assert.Contains("   2 | >>> ENV a 1", found.Output, StringComparison.Ordinal);
        build.With("Dockerfile", "# check=skip=all\nFROM busybox as b\nENV a 1\n");
        Assert.Equal(0, build.Slip.Run("build", "--check", build.Context).ExitCode);
        Slip.Result fatal = build.Try("# check=error=true\nFROM busybox\nENV a 1\n");
        Assert.NotEqual(0, fatal.ExitCode);
        Assert.Contains("LegacyKeyValueFormat", fatal.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_IsTheSame_InAnotherDirectoryAsAnotherUserWithAnotherMask()
    {
        using BuildCase one = new BuildCase().With("d/f", "1"), two = new BuildCase().With("d/f", "1");
        const string Text = "FROM busybox\nCOPY d /d\nRUN --mount=target=/c cp -a /c/d /e && umask && mkdir /made && date > /dev/null\nWORKDIR /w\nRUN <<E\necho x > y\nE\n";
        string archive = Path.Combine(one.Slip.Scratch, "base.tar");
        one.Slip.Ok("save", "-o", archive, "busybox");
        two.Slip.Ok("load", "-i", archive);
        one.Build(Text);
        File.SetLastWriteTimeUtc(Path.Combine(two.Context, "d/f"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        using (var chown = System.Diagnostics.Process.Start("/bin/chown", ["-R", "1234:5678", two.Context]))
            chown.WaitForExit();
        two.With("Dockerfile", Text);

        Slip.Result second = two.Slip.RunUnder(["/usr/bin/env", "-i", "SLIPWAY_DATA=" + two.Slip.DataRoot, "SLIPWAY_RUN=" + two.Slip.RunRoot, "HOME=/nonexistent", "TZ=Asia/Tokyo", "/usr/bin/setpriv", "--clear-groups", "/usr/bin/taskset", "1", "/bin/sh", "-c", "umask 0077; exec \"$0\" \"$@\""],
            "build", "-t", "built", two.Context);
        Assert.True(second.ExitCode == 0, second.Errors);

        Assert.Equal(one.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "built"), two.Slip.Ok("image", "inspect", "-f", "{{.Id}}", "built"));
    }
}
