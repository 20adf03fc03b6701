using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Slipway.Integration.Tests.Api;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary><c>slip command</c>: what it prints makes an equal container.</summary>
public sealed partial class CommandTests
{
    private const string Profile = """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["reboot"],"action":"SCMP_ACT_ERRNO"}]}""";

    // Of each line one is taken: what excludes another is on the same line.
    private static readonly string[][][] s_flags =
    [
        [[], ["--env", "A=b c", "-e", "QUOTES=it's \"$HOME\" `x` \\ !", "-e", "EMPTY=", "-e", "LINES=one\ntwo"]],
        [[], ["--workdir", "/some where"]],
        [[], ["--user", "12:34", "--group-add", "5", "--group-add", "audio"], ["--user", "daemon"]],
        [[], ["--entrypoint", "/bin/echo"], ["--entrypoint", ""]],
        [[], ["--init"], ["--init=false"]],
        [[], ["--interactive"], ["--interactive", "--tty"], ["--attach", "stdout"]],
        [[], ["--label", "a=b", "--label", "empty", "--annotation", "note=x=y"]],
        [[], ["--hostname", "host", "--domainname", "example.test"]],
        [[], ["--rm"], ["--restart", "on-failure:3"], ["--restart", "always"], ["--restart", "unless-stopped"], ["--restart", "on-unhealthy"]],
        [[], ["--stop-signal", "SIGQUIT", "--stop-timeout", "3"]],
        [[], ["--log-driver", "none"], ["--log-opt", "max-size=3m", "--log-opt", "tag={{.Name}}"]],
        [[], ["--no-healthcheck"], ["--health-cmd", "test -e '/a b' || exit 1", "--health-interval", "1m30s", "--health-timeout", "1500ms", "--health-start-period", "2s", "--health-start-interval", "1s", "--health-retries", "4"]],
        [[], ["--memory", "100m", "--memory-reservation", "50m", "--memory-swap", "200m", "--memory-swappiness", "30"], ["--memory", "12345678", "--memory-swap", "-1", "--oom-kill-disable"]],
        [[], ["--oom-score-adj", "-5"]],
        [[], ["--cpus", "0.75"], ["--cpu-period", "50000", "--cpu-quota", "20000", "--cpu-shares", "512"]],
        [[], ["--cpuset-cpus", "0", "--cpuset-mems", "0"]],
        [[], ["--pids-limit", "77"], ["--pids-limit", "-1"]],
        [[], ["--ulimit", "nofile=100:200", "--ulimit", "core=-1"]],
        [[], ["--shm-size", "1m", "--cgroup-parent", "/some-parent"]],
        [[], ["--blkio-weight", "300"], ["--device-read-bps", "/dev/sda:1mb", "--device-write-bps", "/dev/sda:2000", "--device-read-iops", "/dev/sda:30", "--device-write-iops", "/dev/sda:40", "--blkio-weight-device", "/dev/sda:200"]],
        [[], ["--privileged"], ["--cap-add", "NET_ADMIN", "--cap-drop", "CHOWN", "--cap-drop", "MKNOD"]],
        [[], ["--device", "/dev/null:/dev/nothing:r", "--device", "/dev/zero", "--device-cgroup-rule", "c 10:229 rwm"]],
        [[], ["--sysctl", "kernel.msgmax=65536"]],
        [[], ["--security-opt", "no-new-privileges", "--security-opt", "systempaths=unconfined", "--security-opt", "label=type:spc_t"], ["--security-opt", "seccomp=unconfined"], ["--security-opt", "seccomp=PROFILE"]],
        [[], ["--pid", "host", "--cgroupns", "private", "--userns", "host"], ["--pid", "container:other", "--ipc", "shareable"], ["--cgroupns", "host"]],
        [[], ["--device", "vendor.example/net=one", "--device", "vendor.example/net=two"], ["--gpus", "all"], ["--gpus", "\"device=0,1\",driver=nvidia,\"capabilities=utility,compute\""]],
        [[], ["--read-only"]],
        [[], ["--volume", "data:/data", "-v", "/anonymous", "-v", "SCRATCH/made:/host:ro"],
            ["--mount", "type=volume,source=more,target=/more,volume-nocopy,\"volume-label=a=b,c\"", "--mount", "type=bind,source=/tmp,target=/t m p,readonly,bind-propagation=rslave"],
            ["--mount", "type=tmpfs,target=/mem,tmpfs-size=1m,tmpfs-mode=1700", "--tmpfs", "/fast:size=64k,exec", "--mount", "type=image,source=busybox,target=/image,image-subpath=bin"]],
        [[], ["--volumes-from", "other:ro"]],
        [[], ["--network", "none"], ["--network", "host"], ["--network", "container:other"], ["--network", "net", "--network-alias", "alias", "--ip", "10.123.NUMBER.9", "--mac-address", "02:42:ac:11:00:09", "--link", "other:o"],
            ["--network", "name=net,alias=a,gw-priority=3", "--network", "bridge"], ["--link-local-ip", "169.254.7.7", "--network", "net"], ["--network", "net", "--ip6", "fd00:123:NUMBER::9"],
            ["--publish", "127.0.0.1:40011:11", "-p", "12/udp", "-p", "40020-40021:20-21", "--publish-all", "--expose", "90-91"]],
        [[], ["--dns", "1.2.3.4", "--dns-option", "ndots:3", "--dns-search", "example.test", "--add-host", "there:1.2.3.5"]],
    ];

    // Files that are read into the others, what is no property of the container, and what is refused here or has one value.
    private static readonly string[] s_leftOut =
    [
        "--env-file", "--label-file", "--cidfile", "--name", "--pull", "--platform", "--quiet", "--disable-content-trust", "--help", "--volume-driver", "--use-api-socket", "--storage-opt",
        "--runtime", "--isolation", "--uts", "--uidmap", "--gidmap", "--cpu-rt-period", "--cpu-rt-runtime", "--network-alias", "--net", "--net-alias", "--dns-opt",
    ];

    [Fact]
    public void EveryFlagOfCreate_IsTried()
    {
        using var slip = new Slip();
        string[] flags = [.. FlagLine().Matches(slip.Ok("create", "--help")).Select(m => m.Groups[1].Value).Distinct()];
        Assert.Contains("--env", flags);
        string[] tried = [.. s_flags.SelectMany(g => g).SelectMany(a => a).Select(w => w.Split('=')[0])];
        Assert.Empty(flags.Except(tried).Except(s_leftOut));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomFlags_TheLineThatIsPrinted_MakesAnEqualContainer(int seed)
    {
        using Slip slip = WithNeighbours(seed);
        var random = new Random(seed);
        for (int round = 0; round < 8; round++)
        {
            string[] flags = Flags(slip, random, seed);
            slip.Ok(["create", "--name", "first", .. flags, "busybox", "echo", "it's", "$x", "--password=p"]);
            string line = slip.Ok("command", "first", "--secrets");
            Slip.Result made = slip.RunUnder(["sh", "-c", $"PATH={Slip.Checkout}/out:$PATH\n{line.Replace("--name first", "--name second", StringComparison.Ordinal)}"]);
            Assert.True(made.ExitCode == 0, $"seed {seed}, round {round}: {made.Errors}\n{line}");
            Assert.Equal(Inspect(slip, "first"), Inspect(slip, "second"));
            Assert.Equal(line, slip.Ok("command", "second", "--secrets").Replace("second", "first", StringComparison.Ordinal));
            slip.Ok("rm", "-v", "--purge", "first", "second");
        }
    }

    [Fact]
    public async Task RandomFlags_TheBodyThatIsPrinted_MakesAnEqualContainer()
    {
        const int Seed = 7;
        using Slipd daemon = Slipd.WithBusybox();
        AddNeighbours(daemon.Slip, Seed);
        var random = new Random(Seed);
        for (int round = 0; round < 10; round++)
        {
            string[] flags = Flags(daemon.Slip, random, Seed);
            daemon.Slip.Ok(["create", "--name", "first", .. flags, "busybox", "echo", "it's"]);
            string body = daemon.Slip.Ok("command", "first", "--as", "json", "--secrets");
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await daemon.Http.PostAsync(new Uri("/containers/create?name=second", UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode is HttpStatusCode.Created, $"round {round}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}\n{body}");
            // docker's clients are told a container that is joined by its id.
            string second = daemon.Slip.Ok("command", "second", "--as", "json", "--secrets").Replace(daemon.Slip.Ok("inspect", "-f", "{{.Id}}", "other"), "other", StringComparison.Ordinal);
            Assert.Equal(daemon.Slip.Ok("command", "first", "--as", "json", "--secrets"), second);
            daemon.Slip.Ok("rm", "-v", "--purge", "first", "second");
        }
    }

    [Fact]
    public void Secrets_AreHidden_AndAskedForByTheShell()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "db", "-e", "DB_PASSWORD=hush1", "-e", "PASSWORD_FILE=/run/file", "-e", "URL=http://me:hush2@host/", "--label", "api.token=hush3",
            "busybox", "serve", "--password", "hush4", "--api-key=hush5", "--port", "80");
        foreach (string form in (string[])["slip", "docker", "json", "compose", "unit"])
        {
            string hidden = slip.Ok("command", "db", "--as", form), shown = slip.Ok("command", "db", "--as", form, "--secrets");
            Assert.DoesNotContain("hush", hidden, StringComparison.Ordinal);
            Assert.Contains("/run/file", hidden, StringComparison.Ordinal);
            Assert.All(Enumerable.Range(1, 5), n => Assert.Contains($"hush{n}", shown, StringComparison.Ordinal));
        }
        string line = $"PATH={Slip.Checkout}/out:$PATH\n" + slip.Ok("command", "db").Replace("--name db", "--name copy", StringComparison.Ordinal);
        Slip.Result refused = slip.RunUnder(["sh", "-c", line]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("DB_PASSWORD", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, slip.RunUnder(["sh", "-c", "export DB_PASSWORD=given\n" + line]).ExitCode);
        Assert.Contains("DB_PASSWORD=given", slip.Ok("inspect", "copy"), StringComparison.Ordinal);
    }

    [Fact]
    public void OneInTheTrash_IsPrintedToo_AndOneThatIsNowhereIsNot()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "db", "busybox", "echo", "hello");
        string there = slip.Ok("command", "db");
        Assert.Equal("slip create --name db busybox echo hello", there);
        slip.Ok("rm", "db");
        Assert.Equal(there, slip.Ok("command", "db"));
        Assert.Contains("slip trash ls", slip.Run("command", "nothing").Errors, StringComparison.Ordinal);
        Assert.Contains("say slip, docker", slip.Run("command", "db", "--as", "poem").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAFormCantSay_IsAComment()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "web", "--restart", "on-unhealthy", "--health-cmd", "true", "--health-start-interval", "1s", "--domainname", "d", "-P", "-v", "data:/data", "busybox", "echo", "$HOME");
        Assert.Contains("# docker has no such policy: --restart on-unhealthy\n", slip.Ok("command", "web", "--as", "docker"), StringComparison.Ordinal);
        string compose = slip.Ok("command", "web", "--as", "compose");
        Assert.Contains("# compose has no word for --publish-all\n", compose, StringComparison.Ordinal);
        Assert.Contains("\"$$HOME\"", compose, StringComparison.Ordinal);
        Assert.Contains("volumes:\n  data:\n    name: data", compose, StringComparison.Ordinal);
        string unit = slip.Ok("command", "web", "--as", "unit");
        Assert.Contains("[Container]\nImage=busybox\nContainerName=web\n", unit, StringComparison.Ordinal);
        Assert.Contains("[Service]\nRestart=on-failure\n", unit, StringComparison.Ordinal);
        Assert.Contains("Exec=echo $$HOME\n", unit, StringComparison.Ordinal);
        foreach (string flag in (string[])["--domainname d", "--publish-all", "--health-start-interval 1s"])
            Assert.Contains("podman's units have no such setting: " + flag, unit, StringComparison.Ordinal);
    }

    private static Slip WithNeighbours(int number)
    {
        Slip slip = Slip.WithBusybox();
        AddNeighbours(slip, number);
        return slip;
    }

    // Each test has a network of its own: they run beside each other.
    private static void AddNeighbours(Slip slip, int number)
    {
        slip.Ok("network", "create", "--ipv6", "--subnet", $"10.123.{number}.0/24", "--subnet", $"fd00:123:{number}::/64", "net");
        slip.Ok("create", "--name", "other", "--network", "net", "--ipc", "shareable", "-v", "others:/others", "busybox", "true");
        slip.Write("profile.json", Profile);
    }

    private static string[] Flags(Slip slip, Random random, int number)
    {
        string[] chosen = [.. s_flags.SelectMany(g => g[random.Next(g.Length)]).Select(w => w.Replace("SCRATCH", slip.Scratch, StringComparison.Ordinal).Replace("NUMBER", $"{number}", StringComparison.Ordinal).Replace("=PROFILE", "=" + Path.Combine(slip.Scratch, "profile.json"), StringComparison.Ordinal))];
        bool isPrivate = chosen.Any(w => w is "none" or "host" or "container:other") && chosen.Contains("--network");
        // A neighbour's network has the neighbour's names, and the kernel's names are not said twice.
        return isPrivate ? Without(chosen, "--hostname", "--domainname", "--dns", "--dns-option", "--dns-search", "--add-host") : chosen;
    }

    private static string[] Without(string[] flags, params string[] names)
    {
        List<string> left = [];
        for (int i = 0; i < flags.Length; i++)
        {
            if (names.Contains(flags[i]))
                i++;
            else
                left.Add(flags[i]);
        }
        return [.. left];
    }

    // What two containers can't have in common: ids, names of anonymous volumes, times, and their own names.
    private static string Inspect(Slip slip, string name)
    {
        string id = slip.Ok("inspect", "-f", "{{.Id}}", name);
        string text = slip.Ok("inspect", name).Replace(id[..12], "SHORT", StringComparison.Ordinal).Replace($"\"/{name}\"", "NAME", StringComparison.Ordinal).Replace($"\"{name}\"", "NAME", StringComparison.Ordinal);
        return Times().Replace(Ids().Replace(text, "ID"), "TIME");
    }

    [GeneratedRegex(@"(SHORT)?[0-9a-f]{52,64}")]
    private static partial Regex Ids();

    [GeneratedRegex(@"20\d\d-\d\d-\d\dT[0-9:.]+Z")]
    private static partial Regex Times();

    [GeneratedRegex(@"^\s+(?:-\w, )?(--[a-z0-9-]+)", RegexOptions.Multiline)]
    private static partial Regex FlagLine();
}
