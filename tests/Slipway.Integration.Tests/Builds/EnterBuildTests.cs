using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>slip enter --build: the place of a step that failed, with what was mounted there.</summary>
public sealed class EnterBuildTests : IDisposable
{
    private const string Tools = "FROM busybox AS tools\nRUN mkdir -p /opt/t/d && echo tool > /opt/t/tool && echo deep > /opt/t/d/f && ln -s t/tool /opt/link\n";
    private readonly BuildCase _build = new BuildCase().With("src/a", "A").With("src/sub/b", "B").With("out.log", "x").With(".dockerignore", "*.log\nDockerfile\n");

    public void Dispose() => _build.Dispose();

    [Fact]
    public void BindMounts_ShowWhatTheStepSaw_WhateverBecameOfTheContext()
    {
        Fails($"{Tools}FROM busybox\nWORKDIR /w\nRUN --mount=target=/c --mount=from=tools,source=/opt/t,target=/t --mount=from=tools,source=opt/link,target=/m/file --mount=source=src/a,target=a false\n");
        _build.With("src/a", "changed").With("new", "");

        foreach (string[] state in (string[][])[[], ["--before"]])
        {
            Assert.Equal("src\nA\nB\nd tool\ndeep\ntool\nA\n/w", Enter("ls /c; cat /c/src/a; echo; cat /c/src/sub/b; echo; echo $(ls /t); cat /t/d/f /m/file a; echo; pwd", state));
            Assert.Equal("no", Enter("touch /c/x 2>/dev/null || echo no", state));
        }
    }

    [Fact]
    public void BindMounts_ThatWereWrittenTo_AreAsTheStepLeftThem_OrBeforeIt()
    {
        const string Step = "RUN --mount=source=src,target=/c,rw --mount=from=tools,source=/opt/t,target=/t,rw --mount=source=src/a,target=/one,rw --mount=from=tools,source=/opt/t/tool,target=/two,rw "
            + "rm -r /c/sub /t/d && echo log > /c/config.log && ln -s x /t/link && echo 1 > /one && echo 2 > /two && false\n";
        const string Look = "echo $(ls /c) $(ls /t) $(cat /one) $(cat /two)";
        Fails($"{Tools}FROM busybox\n{Step}");

        Assert.Equal("a config.log link tool 1 2", Enter(Look));
        Assert.Equal("a sub d tool A tool", Enter(Look, "--before"));
        // What is done there is gone with the shell.
        Assert.Equal("mine", Enter("echo mine > /c/a; cat /c/a"));
        Assert.Equal("A", Enter("cat /c/a"));
        Assert.Equal("A", File.ReadAllText(Path.Combine(_build.Context, "src/a")));
    }

    [Fact]
    public void CachesAndMemory_AreThere_AndWhatIsGoneIsSaid()
    {
        Fails("FROM busybox\nRUN --mount=type=cache,target=/cache,id=k,mode=0750 --mount=type=tmpfs,target=/big,size=1m echo kept > /cache/f; echo gone > /big/f; false\n");

        Slip.Result after = _build.Slip.Run("enter", "--build", "LAST", "sh", "-c", "cat /cache/f; ls /big; echo $(($(stat -f -c '%b * %S' /big) / 1024)); echo more >> /cache/f");
        Assert.Equal("kept\n1024", after.Output.Trim());
        Assert.Equal("Note: what the step wrote in memory is gone, and empty are: /big", after.Errors.Trim());
        Slip.Result before = _build.Slip.Run("enter", "--build", "LAST", "--before", "sh", "-c", "cat /cache/f");
        Assert.Equal(("kept\nmore", ""), (before.Output.Trim(), before.Errors));
    }

    [Fact]
    public void ACache_ThatBeganWithAContext_IsTheSame_AndEmptyOnceItIsPruned()
    {
        Fails("FROM busybox\nRUN --mount=type=cache,from=lib,source=d,target=/cache ls /cache; echo x > /cache/mine; false\n", "--build-context", $"lib={Library()}");

        Assert.Equal("f mine", Enter("echo $(ls /cache)"));
        _build.Slip.Ok("builder", "prune", "-f", "--filter", "type=exec.cachemount");
        Assert.Equal("", Enter("echo $(ls /cache)"));
    }

    [Fact]
    public void Secrets_AreThereOnlyWhenLentAgain_AndKeptNowhere()
    {
        string path = _build.Slip.Write("token", "hush-hush-78\n");
        const string Look = "cat /run/secrets/t 2>/dev/null; echo =${TOK-none}; test -e /run/secrets/t || echo absent";
        Fails("FROM busybox\nRUN --mount=type=secret,id=t,required --mount=type=secret,id=t,env=TOK --mount=type=ssh cat /run/secrets/t > /dev/null; false\n", "--secret", "id=t,src=" + path);

        Slip.Result without = _build.Slip.Run("enter", "--build", "LAST", "sh", "-c", Look);
        Assert.Equal("=none\nabsent", without.Output.Trim());
        Assert.Equal("Note: what the build lent to the step was not kept; to lend it again: --secret id=t,src=FILE --ssh default", without.Errors.Trim());
        foreach (string file in Directory.EnumerateFiles(_build.Slip.DataRoot, "*", SearchOption.AllDirectories))
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf("hush-hush-78"u8) >= 0, file);

        string[] lent = ["--secret", "id=t,src=" + path];
        Assert.Equal("hush-hush-78\n=hush-hush-78", _build.Slip.Ok(["enter", "--build", "LAST", .. lent, "sh", "-c", Look]).TrimEnd());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.RunRoot, "builds")));
        Assert.NotEqual(0, _build.Slip.Run("enter", "--build", "LAST", "--secret", "id=t,src=/no/such", "true").ExitCode);
    }

    [Fact]
    public void Limits_HostsAndScripts_AreTheSteps()
    {
        Fails("FROM busybox\nENV V=\"a b\"\nRUN <<EOF\n#!/bin/sh\nfalse\nEOF\n", "--ulimit", "nofile=77:78", "--shm-size", "1m", "--add-host", "far:192.0.2.7");

        Assert.Equal("77\n1024\n192.0.2.7\tfar\n#!/bin/sh\nfalse\na b\nbuildstep",
            Enter("ulimit -n; echo $(($(stat -f -c '%b * %S' /dev/shm) / 1024)); grep far /etc/hosts; cat /dev/pipes/EOF; echo \"$V\"; hostname"));
    }

    [Fact]
    public void ExitCodes_AreTheCommands()
    {
        Fails("FROM busybox\nRUN false\n");

        Assert.Equal(7, _build.Slip.Run("enter", "--build", "LAST", "sh", "-c", "exit 7").ExitCode);
        Assert.Equal(127, _build.Slip.Run("enter", "--build", "LAST", "no-such-program").ExitCode);
    }

    [Fact]
    public void AProgramThatIsNotThere_CanBeLookedFor_AMissingShellCanNot()
    {
        Slip.Result failed = _build.Try("FROM busybox\nWORKDIR /w\nRUN --mount=target=/c [\"nosuch\"]\n");
        Assert.Equal(127, failed.ExitCode);
        Assert.Contains("slip enter --build ", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("/w\nsrc", Enter("pwd; ls /c"));
        failed = _build.Try("FROM scratch\nRUN echo\n");
        Assert.Equal(127, failed.ExitCode);
        Assert.DoesNotContain("slip enter --build ", failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatMountsShowed_IsCountedAndPruned_WithTheStep()
    {
        _build.With("big", new string('x', 3_000_000));
        Fails("FROM busybox\nRUN --mount=target=/c,rw dd if=/dev/zero of=/c/zeros bs=1M count=2 2>/dev/null; false\n");

        string record = _build.Slip.Ok("builder", "du", "--verbose");
        Assert.Matches(@"Size:\s+5\.\d+MB[\s\S]*failed: RUN|failed: RUN[\s\S]*Size:\s+5\.\d+MB", record);
        _build.Slip.Ok("builder", "prune", "-af");
        Assert.NotEqual(0, _build.Slip.Run("enter", "--build", "LAST", "true").ExitCode);
        Assert.DoesNotContain(Directory.EnumerateFiles(_build.Slip.DataRoot, "zeros", SearchOption.AllDirectories), _ => true);
    }

    private string Library()
    {
        _build.Slip.Write("lib/d/f", "library");
        return Path.Combine(_build.Slip.Scratch, "lib");
    }

    private void Fails(string dockerfile, params string[] args)
    {
        Slip.Result failed = _build.Try(dockerfile, args);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("slip enter --build ", failed.Errors, StringComparison.Ordinal);
    }

    private string Enter(string script, params string[] args) => _build.Slip.Ok(["enter", "--build", "LAST", .. args, "sh", "-c", script]).TrimEnd();
}
