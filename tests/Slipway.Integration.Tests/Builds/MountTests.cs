using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>RUN --mount with real steps: what is seen, what stays, what goes.</summary>
public sealed class MountTests
{
    private const string Tools = "FROM busybox AS tools\nRUN mkdir -p /opt/t/d && echo tool > /opt/t/tool && echo deep > /opt/t/d/f && ln -s t/tool /opt/link\n";

    [Fact]
    public void Bind_Context_IsReadAsCopyWould()
    {
        using BuildCase build = new BuildCase().With("a", "A").With("sub/b", "B").With("out.log", "x").With(".dockerignore", "*.log\nDockerfile\n");
        Directory.CreateDirectory(build.Context);
        File.SetUnixFileMode(Path.Combine(build.Context, "a"), UnixFileMode.UserRead);

        string said = build.Build("FROM busybox\nRUN --mount=target=/c stat -c '%n %a %u %Y' /c/* /c/sub/b && cat /c/a && ! touch /c/x 2>/dev/null\n");

        Assert.Equal("/c/a 400 0 0\n/c/sub 755 0 0\n/c/sub/b 644 0 0\nA", said);
        Assert.Equal("gone", build.In("test -e /c || echo gone"));
    }

    [Fact]
    public void Bind_WritableContext_StaysAsItWas()
    {
        using BuildCase build = new BuildCase().With("a", "A");

        Assert.Equal("changed", build.Build("FROM busybox\nRUN --mount=target=/c,rw echo changed > /c/a; echo new > /c/n; cat /c/a\n"));

        Assert.Equal("A", File.ReadAllText(Path.Combine(build.Context, "a")));
        Assert.Equal(["Dockerfile", "a"], Directory.GetFileSystemEntries(build.Context).Select(path => Path.GetFileName(path)!).Order());
        Assert.Equal("gone", build.In("test -e /c || echo gone"));
    }

    [Theory]
    [InlineData("from=tools,source=/opt/t,target=/m", "cat /m/tool /m/d/f; touch /m/x 2>&1 || true", "tool\ndeep\ntouch: /m/x: Read-only file system")]
    [InlineData("from=tools,source=/opt/t,target=/m,rw", "touch /m/x && ls /m", "d\ntool\nx")]
    [InlineData("from=tools,source=opt/link,target=/m/file", "cat /m/file", "tool")]
    [InlineData("from=tools,source=/opt/t/tool,target=/bin/tool,rw", "echo mine > /bin/tool; cat /bin/tool", "mine")]
    [InlineData("from=busybox,source=/etc/group,target=/g", "head -n1 /g", "root:x:0:")]
    [InlineData("from=tools,target=m", "pwd; cat m/opt/t/tool", "/w\ntool")]
    public void Bind_Stage_Shows(string mount, string script, string expected)
    {
        using var build = new BuildCase();

        Assert.Equal(expected, build.Build($"{Tools}FROM busybox\nWORKDIR /w\nRUN --mount={mount} {script}\nRUN test ! -e /m && test ! -e /w/m && test ! -e /bin/tool && test ! -e /g\n"));
    }

    [Fact]
    public void Bind_ChangedContent_RunsAgain_OtherFilesDoNot()
    {
        using BuildCase build = new BuildCase().With("src/a", "1").With("other", "1");
        const string Text = "FROM busybox\nRUN --mount=source=src,target=/c cat /c/a\n";

        Assert.Equal("1", build.Build(Text));
        build.With("other", "2");
        Assert.Equal("", build.Build(Text));
        build.With("src/a", "2");
        Assert.Equal("2", build.Build(Text));
    }

    [Fact]
    public void Cache_OutlivesBuilds_AndIsInNoLayer()
    {
        using var build = new BuildCase();
        const string Step = "RUN --mount=type=cache,target=/root/.cache,id=c,mode=0750,uid=5,gid=6 stat -c '%a %u %g' /root/.cache; echo x >> /root/.cache/log; wc -l < /root/.cache/log\n";

        Assert.Equal("750 5 6\n1", build.Build("FROM busybox\n" + Step));
        Assert.Equal("750 5 6\n2", build.Build("FROM busybox\n" + Step, "--no-cache"));
        Assert.Equal("gone", build.In("test -e /root/.cache || echo gone"));
    }

    [Fact]
    public void Cache_OfOtherOwnersOrModes_IsAnother()
    {
        using var build = new BuildCase();
        const string Target = "RUN --mount=type=cache,target=/c", Look = " stat -c '%a %u %g' /c; ls /c; touch /c/f\n";

        Assert.Equal("755 0 0\n755 0 0\nf\n755 7 8\n700 7 8", build.Build($"FROM busybox\n{Target}{Look}{Target},uid=0,mode=0755{Look}{Target},uid=7,gid=8{Look}{Target},uid=7,gid=8,mode=0700{Look}"));
    }

    [Fact]
    public void Cache_FromAStage_BeginsAsItsCopy()
    {
        using var build = new BuildCase();

        Assert.Equal("d\ntool", build.Build($"{Tools}FROM busybox\nRUN --mount=type=cache,from=tools,source=/opt/t,target=/c ls /c && rm /c/tool\nRUN --mount=type=bind,from=tools,source=/opt/t,target=/c test -e /c/tool\n"));
    }

    [Fact]
    public void Cache_Locked_IsOneStepsAtATime()
    {
        using var build = new BuildCase();
        const string Step = "RUN --mount=type=cache,target=/c,sharing=locked mkdir /c/lock && sleep 0.3 && rm -r /c/lock\n";

        build.Build($"FROM busybox AS a\n{Step}FROM busybox AS b\nENV B=1\n{Step}FROM busybox\nCOPY --from=a /etc/group /a\nCOPY --from=b /etc/group /b\n");
    }

    [Fact]
    public void Cache_Private_IsNobodyElses()
    {
        using var build = new BuildCase();
        const string Step = "RUN --mount=type=cache,target=/c,sharing=private mkdir /c/own && sleep 0.3 && rm -r /c/own\n";

        build.Build($"FROM busybox AS a\n{Step}FROM busybox AS b\nENV B=1\n{Step}FROM busybox\nCOPY --from=a /etc/group /a\nCOPY --from=b /etc/group /b\n");
    }

    [Fact]
    public void Tmpfs_HasItsSize()
    {
        using var build = new BuildCase();

        Assert.Equal("1024", build.Build("FROM busybox\nRUN --mount=type=tmpfs,target=/big,size=1m touch /big/f && echo $(($(stat -f -c '%b * %S' /big) / 1024))\nRUN test ! -e /big\n"));
    }

    [Fact]
    public void Secret_IsSeenByItsStepAlone()
    {
        using BuildCase build = new BuildCase().With("s", "not to be found");
        string path = build.Slip.Write("token", "hush-hush-77\n");
        File.Delete(Path.Combine(build.Context, "s"));

        string said = build.Build(
            "FROM busybox\nRUN --mount=type=secret,id=t,required --mount=type=secret,id=t,target=/etc/tok,mode=0440,uid=1,gid=2 stat -c '%n %a %u %g' /run/secrets/t /etc/tok; sha256sum < /run/secrets/t | head -c8; touch /etc/tok 2>/dev/null || echo ' fixed'\n"
            + "RUN --mount=type=secret,id=t,env=TOK echo ${#TOK}; test ! -e /run/secrets/t\nRUN --mount=type=secret,id=none test ! -e /run/secrets/none\n",
            "--secret", "id=t,src=" + path);

        Assert.Equal("/run/secrets/t 400 0 0\n/etc/tok 440 1 2\n" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("hush-hush-77\n"u8))[..8] + " fixed\n13", said);
        Assert.Equal("gone", build.In("test -e /run || echo gone"));
        foreach (string file in Directory.EnumerateFiles(build.Slip.DataRoot, "*", SearchOption.AllDirectories))
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf("hush-hush-77"u8) >= 0, file);
        Assert.DoesNotContain("hush", build.Slip.Ok("history", "--no-trunc", "built"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(build.Slip.RunRoot, "builds")));
    }

    [Fact]
    public void Secret_Missing_IsSaid()
    {
        using var build = new BuildCase();
        Slip.Result result = build.Try("FROM busybox\nRUN --mount=type=secret,id=t,required true\n");

        Assert.Contains("secret t: not found", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--secret id=t", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Mountpoint_ThatTheStepReplacedByALink_HarmsNobody()
    {
        using var build = new BuildCase();
        // CVE-2024-23652: the place of the mount is /x/y/z; the step makes /x a link to a directory of the host's, in which an empty y/z is.
        string directory = Path.Combine(build.Slip.Scratch, "canary");
        string canary = Directory.CreateDirectory(Path.Combine(directory, "y", "z")).FullName;

        build.Build($"FROM busybox\nRUN --mount=type=tmpfs,target=/x/y/z mv /x /old && ln -s {directory} /x\nRUN --mount=type=tmpfs,target=/file/m true; rm -rf /w\n");

        Assert.True(Directory.Exists(canary));
        Assert.Equal("link", build.In("test -L /x && echo link"));
    }

    [Theory]
    [InlineData("type=bind,source=../../../etc,target=/m")]
    [InlineData("type=bind,source=link,target=/m")]
    [InlineData("type=bind,source=link/passwd,target=/m")]
    public void Bind_OutOfTheContext_IsRefused(string mount)
    {
        using BuildCase build = new BuildCase().With("a", "A");
        File.CreateSymbolicLink(Path.Combine(build.Context, "link"), "/etc");
        Slip.Result result = build.Try($"FROM busybox\nRUN --mount={mount} ls /m\n");

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("root:x", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:2", result.Errors, StringComparison.Ordinal);
    }

    // CVE-2024-23651, without the race: what is in a cache or a stage leads within that, whatever it says.
    [Theory]
    [InlineData("")]
    [InlineData("../../../../../../../../../../../..")]
    public void Source_ThatIsALinkToTheHosts_ShowsNothingOfIt(string up)
    {
        using var build = new BuildCase();
        string directory = Path.GetDirectoryName(build.Slip.Write("canary/secret", "host"))!;
        build.Build($"FROM busybox\nRUN --mount=type=cache,id=c,target=/c ln -s {up}{directory} /c/sub\n");

        Slip.Result cache = build.Try("FROM busybox\nRUN --mount=type=cache,id=c,source=sub,target=/m ls /m\n");
        Slip.Result stage = build.Try($"FROM busybox AS s\nRUN ln -s {up}{directory} /sub\nFROM busybox\nRUN --mount=from=s,source=/sub,target=/m ls /m\n");

        Assert.NotEqual(0, cache.ExitCode);
        Assert.Contains("no directory 'sub'", cache.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, stage.ExitCode);
        Assert.Contains("not found in 's'", stage.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_SourceThatIsSwappedForALink_NeverLeadsOut()
    {
        using var build = new BuildCase();
        string canary = build.Slip.Write("canary/secret", "host");
        string directory = Path.GetDirectoryName(canary)!;
        const string Cache = "--mount=type=cache,id=c,target=/c";
        build.Build($"FROM busybox\nRUN {Cache} mkdir -p /c/sub/tmp && touch /c/sub/inside\n");

        // CVE-2024-23651: one step swaps the directory for a link to the host's, over and over; others mount it.
        string others = string.Concat(Enumerable.Range(0, 20).Select(i => $"FROM busybox AS s{i}\nENV N={i}\nRUN --mount=type=cache,id=c,source=sub,target=/m ls /m; test ! -e /m/secret\n"));
        string swapper = $"FROM busybox AS swap\nRUN {Cache} for i in $(seq 400); do mv /c/sub /c/real; ln -s {directory} /c/sub; rm /c/sub; mv /c/real /c/sub; done\n";
        string last = "FROM busybox\nCOPY --from=swap /etc/group /x\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"COPY --from=s{i} /etc/group /{i}\n"));
        Slip.Result result = build.Try(others + swapper + last);

        Assert.DoesNotContain("secret", BuildCase.Said(result.Errors).Split('\n'));
        Assert.True(result.ExitCode == 0 || result.Errors.Contains("no directory 'sub'", StringComparison.Ordinal), result.Errors);
        Assert.Equal("host", File.ReadAllText(canary));
    }

    [Fact]
    public void Ssh_AgentAnswersInTheStep()
    {
        using var build = new BuildCase();
        string socket = Path.Combine(build.Slip.Scratch, "agent");
        using var agent = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        agent.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        agent.Listen();

        string said = build.Build("FROM busybox\nRUN --mount=type=ssh,mode=0666,uid=7 echo $SSH_AUTH_SOCK; test -S $SSH_AUTH_SOCK && stat -c '%a %u' $SSH_AUTH_SOCK\nRUN test -z \"$SSH_AUTH_SOCK\" && test ! -e /run\n", "--ssh", "default=" + socket);

        Assert.Equal("/run/buildkit/ssh_agent.0\n666 7", said);
        Assert.Contains("no SSH agent 'other'", build.Try("FROM busybox\nRUN --mount=type=ssh,id=other,required true\n").Errors, StringComparison.Ordinal);
        Assert.Contains("needs an agent", build.Try("FROM busybox\n", "--ssh", "default=" + build.Slip.Write("key", "k")).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN --network=host true", "--allow network.host", "network.host")]
    [InlineData("RUN --security=insecure grep -q 'Seccomp:.0' /proc/self/status", "--allow security.insecure", "security.insecure")]
    public void Entitlement_IsNeeded(string line, string hint, string entitlement)
    {
        using var build = new BuildCase();

        Slip.Result refused = build.Try($"FROM busybox\n{line}\n");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(hint, refused.Errors, StringComparison.Ordinal);
        build.Build($"FROM busybox\n{line}\n", "--allow", entitlement);
        Assert.Contains("unknown entitlement", build.Try("FROM busybox\n", "--allow", "all").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_AndHosts_ReachTheStep()
    {
        using var build = new BuildCase();

        string said = build.Build("FROM busybox\nRUN ulimit -n; grep far /etc/hosts; echo $(($(stat -f -c '%b * %S' /dev/shm) / 1024)); hostname\nRUN test -s /etc/hosts\n",
            "--ulimit", "nofile=100:200", "--add-host", "far:10.1.2.3", "--shm-size", "2m", "--build-arg", "BUILDKIT_SANDBOX_HOSTNAME=box");

        Assert.Equal("100\n10.1.2.3\tfar\n2048\nbox", said);
        Assert.DoesNotContain("far", build.In("cat /etc/hosts"), StringComparison.Ordinal);
    }
}
