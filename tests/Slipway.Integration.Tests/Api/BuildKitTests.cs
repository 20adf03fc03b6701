using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary><c>docker build</c> with buildx, unmodified, at a slipd: BuildKit's door.</summary>
public sealed class BuildKitTests
{
    [Fact]
    public void Build_OfADirectory_MakesTheImageAndTellsOfItsSteps()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nARG WHO=nobody\nCOPY . /in\nRUN echo hello $WHO > /who && cat /who\nCMD [\"cat\", \"/who\", \"/in/sub/b\"]\n");
        (_, string progress) = slipd.BuildxOk("build", "-t", "app", "--build-arg", "WHO=me", "--label", "a=b", "--iidfile", context + ".iid", "--metadata-file", context + ".json", context);
        Assert.Contains("[internal] load build definition from Dockerfile", progress, StringComparison.Ordinal);
        Assert.Contains("[internal] load build context", progress, StringComparison.Ordinal);
        Assert.Contains("[3/3] RUN echo hello $WHO > /who && cat /who", progress, StringComparison.Ordinal);
        Assert.Matches(@"#\d+ [\d.]+ hello me\n", progress);
        Assert.Equal("hello me\nsecond", slipd.DockerOk("run", "--rm", "--network", "none", "app"));
        Assert.Equal("b", slipd.DockerOk("inspect", "-f", "{{.Config.Labels.a}}", "app"));
        string id = slipd.DockerOk("inspect", "-f", "{{.Id}}", "app");
        Assert.Equal(id, File.ReadAllText(context + ".iid"));
        Assert.Equal("docker.io/library/app:latest", JsonNode.Parse(File.ReadAllText(context + ".json"))!["image.name"]!.GetValue<string>());

        (_, progress) = slipd.BuildxOk("build", "-t", "app", "--build-arg", "WHO=me", "--label", "a=b", context);
        Assert.Equal(2, progress.Split("CACHED\n").Length - 1);
        Assert.Equal(id, slipd.DockerOk("inspect", "-f", "{{.Id}}", "app"));
    }

    [Fact]
    public void Build_OfAnUnchangedContext_SendsNoContent()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM scratch\nCOPY big sub /\n");
        File.WriteAllBytes(Path.Combine(context, "big"), new byte[20_000_000]);
        File.SetLastWriteTimeUtc(Path.Combine(context, "big"), DateTime.UnixEpoch.AddYears(40));
        (_, string first) = slipd.BuildxOk("build", context);
        (_, string second) = slipd.BuildxOk("build", context);
        File.AppendAllText(Path.Combine(context, "sub", "b"), "more");
        (_, string third) = slipd.BuildxOk("build", "-t", "changed", context);
        Assert.Matches("transferring context: 20\\.0.MB", first);
        Assert.Matches("transferring context: [0-9.]+B", second);
        Assert.Matches("transferring context: [0-9.]+B", third);
        Assert.Equal("second\nmore", Exported(slipd, "changed", "b"));
        Assert.Contains("local source for context", slipd.BuildxOk("buildx", "du", "--verbose").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithIgnoreRulesLinksAndModes_HasTheContextAsItIs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nCOPY . /in/\nRUN cd /in && find . | sort && stat -c '%a %h %n' script hard1 && readlink link\n");
        File.WriteAllText(Path.Combine(context, ".dockerignore"), "*.log\n!keep.log\nDockerfile\n.dockerignore\n");
        foreach (string name in (string[])["a.log", "keep.log", "script", "hard1", "fête"])
            File.WriteAllText(Path.Combine(context, name), name);
        File.SetUnixFileMode(Path.Combine(context, "script"), (UnixFileMode)0b111_101_000 | UnixFileMode.SetUser);
        File.CreateSymbolicLink(Path.Combine(context, "link"), "../etc/passwd");
        slipd.Run(null, "ln", Path.Combine(context, "hard1"), Path.Combine(context, "hard2"));
        (_, string progress) = slipd.BuildxOk("build", context);
        Assert.Equal([".", "./fête", "./hard1", "./hard2", "./keep.log", "./link", "./script", "./sub", "./sub/b", "4750 1 script", "644 2 hard1", "../etc/passwd"], Said(progress));
    }

    [Fact]
    public void Build_ThatFails_ShowsTheLineAndLeavesNothing()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nRUN echo before; exit 7\nRUN echo after\n");
        Slip.Result result = slipd.Buildx(null, "build", "-t", "app", context);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Dockerfile:2\n--------------------\n   1 |     FROM busybox\n   2 | >>> RUN echo before; exit 7\n   3 |     RUN echo after\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("failed to solve: process \"/bin/sh -c echo before; exit 7\" did not complete successfully: exit code: 7", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("after", slipd.DockerOk("images"), StringComparison.Ordinal);
        Assert.Empty(Staged(slipd));

        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nCOPI a b\n");
        Assert.Contains("failed to solve: dockerfile parse error on line 2: unknown instruction: COPI (did you mean COPY?)", slipd.Buildx(null, "build", context).Errors, StringComparison.Ordinal);
        Assert.Contains("failed to read dockerfile: open Nope: no such file or directory", slipd.Buildx(null, "build", "-f", context + "/Nope", context).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OfWhatCouldBeBetter_SaysSo()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nMAINTAINER me\n");
        Assert.Contains("1 warning found", slipd.BuildxOk("build", context).Progress, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithSecretsAndTarget_HasThemInTheStepAlone()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox AS first\nRUN --mount=type=secret,id=tok,required=true sha256sum /run/secrets/tok && test ! -e /run/secrets/other\nFROM first\nRUN exit 1\n");
        string secret = slipd.Slip.Write("tok", "tok3n");
        (_, string progress) = slipd.BuildxOk("build", "--target", "first", "-t", "app", "--secret", "id=tok,src=" + secret, context);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("tok3n"u8)), progress, StringComparison.Ordinal);
        Assert.Contains("secret tok: not found", slipd.Buildx(null, "build", "--no-cache", "--target", "first", context).Errors, StringComparison.Ordinal);
        slipd.DockerOk("run", "--rm", "--network", "none", "app", "sh", "-c", "test ! -e /run/secrets/tok");
    }

    [Fact]
    public void Build_ToFiles_BringsThemToTheClient()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox AS b\nRUN mkdir -p /o/d && echo made > /o/d/f && ln -s d/f /o/l && chmod 700 /o/d/f\nFROM scratch\nCOPY --from=b /o /o\n"), to = Path.Combine(slipd.Slip.Scratch, "to");
        slipd.BuildxOk("build", "-o", to, context);
        Assert.Equal("made\n", File.ReadAllText(to + "/o/l"));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(to + "/o/d/f"));
        slipd.BuildxOk("build", "-o", "type=tar,dest=" + to + ".tar", context);
        Assert.Equal("o/\no/d/\no/d/f\no/l\n", slipd.Run(null, "tar", "tf", to + ".tar").Output);
        foreach (string type in (string[])["docker", "oci"])
        {
            slipd.BuildxOk("build", "-t", "made:" + type, "-o", $"type={type},dest={to}.{type}", context);
            slipd.DockerOk("load", "-i", $"{to}.{type}");
            Assert.Equal("made", Exported(slipd, "made:" + type, "o/d/f"));
        }
        Assert.Empty(Staged(slipd));
    }

    [Fact]
    public void Build_OfStandardInput_TakesArchivesAndDockerfiles()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nCOPY sub/b /b\nRUN cat /b\n");
        slipd.Run(null, "tar", "czf", context + ".tgz", "-C", context, ".");
        Assert.Equal(["second"], Said(Ok(slipd.Buildx(File.ReadAllBytes(context + ".tgz"), "build", "-")).Errors));
        Assert.Equal(["typed"], Said(Ok(slipd.Buildx("FROM busybox\nRUN echo typed\n"u8.ToArray(), "build", "-")).Errors));
        Assert.Equal(["second"], Said(Ok(slipd.Buildx("FROM busybox\nCOPY sub/b /\nRUN cat /b; true\n"u8.ToArray(), "build", "-f", "-", context)).Errors));
    }

    [Fact]
    public void Build_WithNamedContexts_ReadsThem()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM base\nCOPY --from=other sub/b /x\nRUN cat /x; ls /other || true\n"), other = Context(slipd, "", "other");
        Assert.Contains("second", Said(slipd.BuildxOk("build", "--build-context", "base=docker-image://busybox", "--build-context", "other=" + other, context).Progress));
    }

    [Fact]
    public void Build_WithHostsLimitsAndNetwork_GivesThemToSteps()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nRUN grep -w foo /etc/hosts; grep -c -w gw /etc/hosts; ulimit -n; df -k /dev/shm | tail -n 1 | cut -c 1-40; ls /sys/class/net\n");
        (_, string progress) = slipd.BuildxOk("build", "--add-host", "foo:1.2.3.4", "--add-host", "gw:host-gateway", "--ulimit", "nofile=100:200", "--shm-size", "8m", context);
        Assert.Equal(["1.2.3.4\tfoo", "1", "100"], Said(progress)[..3]);
        Assert.Contains("8192", Said(progress)[3], StringComparison.Ordinal);
        Assert.Contains("eth0", Said(progress));
        Assert.Equal("lo", Said(slipd.BuildxOk("build", "--network", "none", "--add-host", "foo:1.2.3.4", context).Progress)[^1]);
    }

    [Theory]
    [InlineData("--platform=linux/amd64,linux/arm64", "several platforms at once")]
    [InlineData("--cache-to=type=local,dest=/nowhere", "the build cache is not exported")]
    [InlineData("--build-arg=BUILDKIT_SYNTAX=evil/frontend:1", "frontend 'evil/frontend' is not served")]
    [InlineData("--output=type=oci,tar=false,dest=oci", "tar=false")]
    public void Build_OfWhatIsNotServed_SaysSo(string flag, string why)
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.Buildx(null, "build", flag, Context(slipd, "FROM busybox\n"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(why, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithDockersOwnFrontendNamed_IsOurs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.BuildxOk("build", Context(slipd, "# syntax=docker/dockerfile:1.9\nFROM busybox\n"));
        Assert.Contains("frontend 'evil/frontend' is not served", slipd.Buildx(null, "build", Context(slipd, "# syntax=evil/frontend:1\nFROM busybox\n", "evil")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WhoseClientGoes_EndsAndLeavesNothing()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nRUN echo begun; sleep 3456\n");
        foreach (string signal in (string[])["-INT", "-KILL"])
        {
            using Process build = slipd.StartBuildx("build", "-t", "app", context);
            while (build.StandardError.ReadLine() is { } line && !line.EndsWith(" begun", StringComparison.Ordinal))
            {
            }
            Assert.Contains("sleep 3456", slipd.Run(null, "ps", "-eo", "args").Output, StringComparison.Ordinal);
            // The client is docker's and buildx's process.
            slipd.Run(null, "pkill", signal, "-P", Invariant(build.Id));
            slipd.Run(null, "kill", signal, Invariant(build.Id));
            Waiting.Until(() => !slipd.Run(null, "ps", "-eo", "args").Output.Contains("sleep 3456", StringComparison.Ordinal));
            Waiting.Until(() => Staged(slipd).Length == 0);
            build.WaitForExit();
        }
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
    }

    [Fact]
    public void Build_WithAnAgent_AsksItThroughTheSession()
    {
        string agentProgram = Needs.Program("ssh-agent"), add = Needs.Program("ssh-add"), keygen = Needs.Program("ssh-keygen");
        using Slipd slipd = Slipd.WithBusybox();
        string key = Path.Combine(slipd.Slip.Scratch, "key"), socket = Path.Combine(slipd.Slip.Scratch, "agent");
        slipd.Run(null, keygen, "-q", "-t", "ed25519", "-N", "", "-f", key);
        using Process agent = slipd.Start(agentProgram, "-D", "-a", socket);
        Waiting.Until(() => File.Exists(socket));
        Assert.Equal(0, slipd.Run(null, "env", "SSH_AUTH_SOCK=" + socket, add, "-q", key).ExitCode);
        // The host's own ssh-add, with its libraries, asks which keys there are.
        string context = Context(slipd, "FROM busybox\nCOPY root /\nRUN --mount=type=ssh,required=true SSH=$SSH_AUTH_SOCK && ssh-add -l && test -S $SSH\n");
        foreach (string path in slipd.Run(null, Needs.Program("ldd"), add).Output.Split().Where(word => word.StartsWith('/')).Append(add))
        {
            string to = context + "/root" + (path == add ? "/bin/ssh-add" : path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }
        string[] said = Said(slipd.BuildxOk("build", "--ssh", "default=" + socket, context).Progress);
        agent.Kill();
        Assert.Contains("(ED25519)", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("no SSH agent 'default' was given", slipd.Buildx(null, "build", "--no-cache", context).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ThatPushesAndPulls_IsWhomItsClientIs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        // htpasswd -nbB
        string file = slipd.Slip.Write("htpasswd", "sailor:$2y$05$YAJcUEKVQxHyg3RhHNdLS.CdTxVrXv6jCy7vrvaWNPMj9IMu04OPe\n");
        using var registry = Registry.DockerRegistry.Start($"auth:\n  htpasswd:\n    realm: x\n    path: \"{file}\"");
        string context = Context(slipd, "FROM busybox\nRUN echo pushed > /f\n"), name = $"{registry.Host}/private/app:1";
        Assert.Contains("denied", slipd.Buildx(null, "build", "--push", "-t", name, context).Errors, StringComparison.Ordinal);
        Assert.Equal(0, slipd.Buildx("se:cret+/"u8.ToArray(), "login", "-u", Registry.TokenServer.User, "--password-stdin", registry.Host).ExitCode);
        slipd.BuildxOk("build", "--push", "-t", name, context);
        slipd.DockerOk("rmi", name);
        string user = Context(slipd, $"FROM {name}\nRUN cat /f\n", "user");
        (_, string progress) = slipd.BuildxOk("build", "--pull", user);
        Assert.Equal(["pushed"], Said(progress));
        // What comes over the network is a step, with its layers.
        Assert.Contains($"[internal] pull {name}", progress, StringComparison.Ordinal);
        Assert.Matches(@"#\d+ sha256:[0-9a-f]{64} [^\n]*done", progress);
        string both = $"{registry.Host}/private/both:1", manifests = Context(slipd, "FROM scratch\nARG TARGETARCH\nCOPY sub/b /$TARGETARCH\n", "both");
        slipd.BuildxOk("build", "--push", "--platform", "linux/amd64,linux/arm64", "-t", both, manifests);
        Assert.Equal("amd64", slipd.DockerOk("inspect", "-f", "{{.Architecture}}", both));
        slipd.DockerOk("pull", "--platform", "linux/arm64", both);
        Assert.Equal("arm64", slipd.DockerOk("inspect", "-f", "{{.Architecture}}", both));
        slipd.Buildx(null, "logout", registry.Host);
        slipd.DockerOk("rmi", name);
        Assert.Contains("denied", slipd.Buildx(null, "build", "--no-cache", user).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OfAServersArchive_AndNamedContextsThere_FetchesThem()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nCOPY --from=more sub/b /more\nCOPY sub/b /b\nRUN cat /b /more\n");
        slipd.Run(null, "tar", "czf", slipd.Slip.Scratch + "/c.tgz", "-C", context, ".");
        using var server = new Builds.FileServer(slipd.Slip.Scratch);
        Assert.Equal(["second", "second"], Said(slipd.BuildxOk("build", "--build-context", $"more={server.Address}/c.tgz", server.Address + "/c.tgz").Progress));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Build_ThatIsCancelledByItsName_Ends(bool classic)
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nRUN echo begun; sleep 4567\n");
        Process build;
        string name;
        if (classic)
        {
            name = "mine";
            slipd.Run(null, "tar", "cf", context + ".tar", "-C", context, ".");
            build = slipd.Start(Needs.Program("curl"), "-s", "--unix-socket", slipd.SocketPath, "-T", context + ".tar", "-X", "POST", "-H", "Content-Type: application/x-tar", "http://d/build?buildid=mine");
        }
        else
        {
            build = slipd.StartBuildx("build", "--metadata-file", context + ".json", context);
            Waiting.Until(() => slipd.Run(null, "ps", "-eo", "args").Output.Contains("sleep 4567", StringComparison.Ordinal));
            // buildx tells the name in its own records only.
            name = Path.GetFileName(Directory.GetFiles(Path.Combine(slipd.Slip.Scratch, "docker-config", "buildx", "refs"), "*", SearchOption.AllDirectories).Single());
        }
        using (build)
        {
            Waiting.Until(() => slipd.Run(null, "ps", "-eo", "args").Output.Contains("sleep 4567", StringComparison.Ordinal));
            Assert.Equal(200, slipd.Send("POST", "/build/cancel?id=another").Status);
            Assert.Contains("sleep 4567", slipd.Run(null, "ps", "-eo", "args").Output, StringComparison.Ordinal);
            Assert.Equal(200, slipd.Send("POST", "/build/cancel?id=" + name).Status);
            string output = build.StandardOutput.ReadToEnd() + build.StandardError.ReadToEnd();
            build.WaitForExit();
            Assert.Contains("cancel", output, StringComparison.OrdinalIgnoreCase);
        }
        Waiting.Until(() => !slipd.Run(null, "ps", "-eo", "args").Output.Contains("sleep 4567", StringComparison.Ordinal));
        Assert.Equal(400, slipd.Send("POST", "/build/cancel").Status);
    }

    [Fact]
    public void Http2_FromTheFirstByte_IsServedToo()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal("OK2", slipd.Run(null, Needs.Program("curl"), "-s", "--http2-prior-knowledge", "--unix-socket", slipd.SocketPath, "-w", "%{http_version}", "http://d/_ping").Output);
        Assert.Equal("OK1.1", slipd.Run(null, Needs.Program("curl"), "-s", "--unix-socket", slipd.SocketPath, "-w", "%{http_version}", "http://d/_ping").Output);
    }

    [Fact]
    public void Buildx_SeesTheWorkerAndTheCache()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Contains("linux/amd64", slipd.BuildxOk("buildx", "ls").Output, StringComparison.Ordinal);
        slipd.BuildxOk("build", Context(slipd, "FROM busybox\nRUN echo x > /x\n"));
        Assert.Contains("RUN echo x > /x", slipd.BuildxOk("buildx", "du", "--verbose").Output, StringComparison.Ordinal);
        Assert.Contains("regular", slipd.BuildxOk("buildx", "du", "--verbose", "--filter", "type=regular").Output, StringComparison.Ordinal);
        slipd.BuildxOk("buildx", "prune", "-f", "-a");
        Assert.DoesNotContain("RUN echo", slipd.BuildxOk("buildx", "du", "--verbose").Output, StringComparison.Ordinal);
    }

    private static string Context(Slipd slipd, string dockerfile, string name = "context")
    {
        slipd.Slip.Write(name + "/sub/b", "second\n");
        return Path.GetDirectoryName(slipd.Slip.Write(name + "/Dockerfile", dockerfile))!;
    }

    // What the steps printed, in order.
    private static string[] Said(string progress) =>
        [.. progress.Split('\n').Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^#\d+ [\d.]+ (.*)$")).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    private static string Exported(Slipd slipd, string image, string path)
    {
        string container = slipd.DockerOk("create", image, "x"), to = Path.Combine(slipd.Slip.Scratch, "exported");
        slipd.DockerOk("cp", $"{container}:/{path}", to);
        return File.ReadAllText(to).TrimEnd('\n');
    }

    private static string[] Staged(Slipd slipd) => Directory.GetFileSystemEntries(Path.Combine(slipd.Slip.DataRoot, "tmp"));

    private static Slip.Result Ok(Slip.Result result)
    {
        Assert.True(result.ExitCode == 0, result.Errors);
        return result;
    }

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
