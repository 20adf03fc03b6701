using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>
/// Undo, salvage and recreate over random containers: random flags, and random changes of a random tree (removed and replaced names, hard links, holes,
/// attributes, owners, modes, times). What comes back is compared bit for bit. <c>SLIPWAY_TEST_SEEDS=100-140</c> tries others than the usual ones.
/// </summary>
public sealed class CrossingPropertyTests
{
    public static TheoryData<int> Seeds()
    {
        string[] range = (Environment.GetEnvironmentVariable("SLIPWAY_TEST_SEEDS") ?? "1-4").Split('-');
        int first = int.Parse(range[0], null), last = int.Parse(range[^1], null);
        return new(Enumerable.Range(first, last - first + 1));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomContainer_SalvagedInEachState_RemovedAndUndone_IsTheSameBitForBit(int seed)
    {
        using Slip slip = Slip.WithBusybox();
        var random = new Random(seed);
        BuildBase(slip, random);
        RunChanged(slip, random, "db", "sh");
        string merged = Tree($"/proc/{slip.Ok("inspect", "-f", "{{.State.Pid}}", "db")}/root/tree");
        Assert.Contains("/f", merged, StringComparison.Ordinal);

        slip.Ok("salvage", "db:/tree", "--to", "running");
        slip.Ok("kill", "db");
        slip.Ok("wait", "db");
        slip.Ok("salvage", "db:/tree", "--to", "stopped");
        string layer = Tree(Upper(slip, "db"), withBlocks: true), inspected = slip.Ok("inspect", "db"), log = slip.Ok("logs", "db");
        slip.Ok("rm", "db");
        slip.Ok("salvage", "db:/tree", "--to", "trashed");
        slip.Ok("undo", "db");

        foreach (string volume in (string[])["running", "stopped", "trashed"])
            AssertSame(merged, Tree(Path.Combine(slip.DataRoot, "volumes", volume, "_data")), $"seed {seed}, salvaged {volume}");
        AssertSame(layer, Tree(Upper(slip, "db"), withBlocks: true), $"seed {seed}, undone");
        Assert.Equal(inspected, slip.Ok("inspect", "db"));
        Assert.Equal(log, slip.Ok("logs", "db"));
        // And it runs, with the files that it had.
        slip.Ok("start", "db");
        AssertSame(merged, Tree($"/proc/{slip.Ok("inspect", "-f", "{{.State.Pid}}", "db")}/root/tree"), $"seed {seed}, started again");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomContainer_Recreated_HasItsConfigurationAndVolumes_AndTheOldOneComesBack(int seed)
    {
        using Slip slip = Slip.WithBusybox();
        var random = new Random(seed);
        BuildBase(slip, random);
        RunChanged(slip, random, "db", "sh", "-v", "named:/named", "-v", "/anonymous");
        slip.Ok("exec", "db", "sh", "-c", Changes(random, "/named") + Changes(random, "/anonymous"));
        string pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", "db");
        string named = Tree($"/proc/{pid}/root/named"), anonymous = Tree($"/proc/{pid}/root/anonymous"), inspected = Configuration(slip, "db"), old = slip.Ok("inspect", "-f", "{{.Id}}", "db");
        slip.Ok("kill", "db");
        slip.Ok("wait", "db");
        string layer = Tree(Upper(slip, "db"), withBlocks: true);

        slip.Ok("recreate", "db");

        Assert.Equal(inspected, Configuration(slip, "db"));
        Assert.Equal("", slip.Ok("diff", "db"));
        slip.Ok("undo", old, "--name", "before");
        AssertSame(layer, Tree(Upper(slip, "before"), withBlocks: true), $"seed {seed}, the old one's layer");
        slip.Ok("rm", "before");
        slip.Ok("start", "db");
        pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", "db");
        AssertSame(named, Tree($"/proc/{pid}/root/named"), $"seed {seed}, the named volume");
        AssertSame(anonymous, Tree($"/proc/{pid}/root/anonymous"), $"seed {seed}, the anonymous volume");
    }

    // An image with a tree to change.
    private static void BuildBase(Slip slip, Random random)
    {
        slip.Ok("run", "--name", "base", "busybox", "sh", "-c", "mkdir /tree; " + Changes(random, "/tree") + Changes(random, "/tree"));
        slip.Ok("commit", "base", "tree");
        slip.Ok("rm", "--purge", "base");
    }

    // It has changed the tree when this returns, and goes on running.
    private static void RunChanged(Slip slip, Random random, string name, params string[] more)
    {
        string[] flags = [.. more[1..], .. Flags(random)];
        slip.Ok(["run", "-d", "--name", name, .. flags, "tree", more[0], "-c", $"[ -e /ready ] || {{ {Changes(random, "/tree")} touch /ready; }}; echo ready; sleep 1000"]);
        slip.Ok("exec", name, "sh", "-c", "until [ -e /ready ]; do sleep 0.05; done");
        // busybox can't; through the container's own mount, so that the kernel copies up.
        string root = $"/proc/{slip.Ok("inspect", "-f", "{{.State.Pid}}", name)}/root/tree";
        HostShell.Run($"find '{root}' \\( -type f -o -type d \\) | sort | awk 'NR % {random.Next(3, 6)} == 0' | while IFS= read -r f; do setfattr -n user.mark -v 'v{random.Next(100)}' \"$f\"; done");
    }

    private static IEnumerable<string> Flags(Random random)
    {
        string[][] all =
        [
            ["-e", $"A={random.Next()}"], ["-e", "B=two words", "-e", "C="], ["--label", "l=m"], ["--hostname", "h" + random.Next(10)], ["-w", "/tree"], ["--cap-drop", "NET_RAW"], ["--cap-add", "SYS_TIME"],
            ["-m", $"{random.Next(32, 64)}m"], ["--pids-limit", "50"], ["--tmpfs", "/scratch:size=1m"], ["--restart", "on-failure:2"], ["--log-opt", "max-size=1m"], ["--add-host", "other:10.1.2.3"],
            ["--dns", "10.9.9.9"], ["--ulimit", "nofile=100:200"], ["--shm-size", "8m"], ["--init"], ["--stop-signal", "INT"], ["--stop-timeout", "3"], ["--network", "none"], ["--annotation", "a=b"],
            ["--sysctl", "net.ipv4.ip_forward=1"], ["--security-opt", "no-new-privileges"], ["--group-add", "42"], ["--ipc", "private"], ["--read-only=false"], ["--oom-score-adj", "100"], ["--cpu-shares", "512"],
        ];
        return all.Where(_ => random.Next(3) == 0).SelectMany(f => f);
    }

    // Sixty random deeds, none of which waits at a pipe; one that can't be done, as a name in what is a file by now, is left out.
    private static string Changes(Random random, string root)
    {
        string[] names = ["a", "b", "c", "d", "with space", "-dash", "ünï", "f1", "f2", "f3"];
        string Name() => names[random.Next(names.Length)];
        string At() => $"'{root}/{string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Name()))}'";
        string Deed()
        {
            string at = At(), other = At();
            return random.Next(16) switch
            {
                0 or 1 => $"mkdir -p {at}",
                2 or 3 or 4 => $"[ ! -p {at} ] && mkdir -p \"$(dirname {at})\" && head -c {random.Next(1, 20_000)} /dev/urandom > {at}",
                5 => $"[ ! -p {at} ] && echo more >> {at}",
                6 => $"[ ! -p {at} ] && dd if=/dev/zero of={at} bs=1 count=1 seek={random.Next(100_000, 3_000_000)} conv=notrunc",
                7 => $"ln {at} {other}",
                8 => $"ln -s {Name()}/{Name()} {at}",
                9 => $"mkfifo {at}",
                10 => $"chmod {Convert.ToString(random.Next(0, 4096), 8)} {at}",
                11 => $"chown -h {random.Next(70_000)}:{random.Next(70_000)} {at}",
                12 => $"touch -h -d @{random.Next()} {at}",
                13 => $"rm -rf {at}",
                14 => $"rm -rf {at} && mkdir {at} && echo new > {at}/f1",
                _ => $"mv {at} {other}",
            };
        }
        return $"mkdir -p {root}/keep; echo f > {root}/keep/f; " + string.Concat(Enumerable.Range(0, 60).Select(_ => $"{{ {Deed()}; }} 2> /dev/null || :; "));
    }

    private static string Upper(Slip slip, string name) => Path.Combine(slip.DataRoot, "containers", slip.Ok("inspect", "-f", "{{.Id}}", name));

    // Every name with type, mode, owner, size, time, target, attributes, content, and the first of the names that are the same file. In a layer also the disk that it takes.
    private static string Tree(string directory, bool withBlocks = false) => HostShell.Run(
        $$"""
        cd '{{directory}}'
        find . ! -type d -printf '%D:%i %p\n' | sort | awk '{ id = $1; sub(/^[^ ]* /, ""); if (!(id in first)) first[id] = $0; print "same", $0, "=", first[id] }' | sort
        find . -type d -printf '%p %y %m %U %G %T@\n' | sort
        find . ! -type d -printf '%p %y %m %U %G %s %T@ %l {{(withBlocks ? "%b" : "")}}\n' | sort
        find . -type f | sort | tr '\n' '\0' | xargs -0 -r sha256sum
        getfattr -dhR -m - . 2> /dev/null | sort
        """);

    private static string Configuration(Slip slip, string name)
    {
        string id = slip.Ok("inspect", "-f", "{{.Id}}", name);
        JsonObject all = JsonNode.Parse(slip.Ok("inspect", name).Replace(id, "ID", StringComparison.Ordinal).Replace(id[..12], "ID", StringComparison.Ordinal))![0]!.AsObject();
        foreach (string own in (string[])["Created", "State", "NetworkSettings"])
            all.Remove(own);
        return all.ToJsonString();
    }

    // The first lines that differ say more than two trees side by side.
    private static void AssertSame(string expected, string actual, string what)
    {
        string[] before = expected.Split('\n'), after = actual.Split('\n');
        string differences = string.Join('\n', before.Except(after).Take(8).Select(l => "- " + l).Concat(after.Except(before).Take(8).Select(l => "+ " + l)));
        Assert.True(expected == actual, $"{what}:\n{differences}");
    }
}
