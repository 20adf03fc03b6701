using System.Diagnostics;
using Slipway.Integration.Tests.Networks;
using Slipway.Store.Metadata;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>RUN steps in the default network, in the host's, and in none.</summary>
public sealed class BuildNetworkTests : IDisposable
{
    private readonly NetHost _host = new();

    private string Context => Path.Combine(_host.Slip.Scratch, "ctx");

    [Fact]
    public void ByDefault_AStepReachesTheHostAndBeyond_FromAnAddressOfItsOwn()
    {
        _host.Page("80");

        string said = Build($"FROM busybox\nRUN ip -4 addr show eth0 | grep -o 'inet [0-9.]*'; wget -qO- http://{NetHost.Address}/; wget -qO- http://{NetHost.NeighbourAddress}/ 2>&1 || true\n");

        Assert.StartsWith("inet 172.", said, StringComparison.Ordinal);
        Assert.Contains("\nhost\n", said, StringComparison.Ordinal);
        // Nobody serves there, and it is the neighbour who says so.
        Assert.Contains("onnection refused", said, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public void None_HasNothingButLoopback_AndHost_HasTheHosts()
    {
        _host.Page("80");
        string reach = $"RUN timeout 2 wget -qO- http://{NetHost.Address}/ 2>/dev/null || echo no way; ip -o link | cut -d: -f2 | tr -d ' '\n";

        Assert.Equal("no way\nlo", Build("FROM busybox\n" + reach.Replace("RUN ", "RUN --network=none ", StringComparison.Ordinal)).Trim());
        Assert.Equal("no way\nlo", Build("FROM busybox\n" + reach, "--network", "none").Trim());
        Assert.Contains("host\n", Build("FROM busybox\n" + reach.Replace("RUN ", "RUN --network=host ", StringComparison.Ordinal), "--allow", "network.host"), StringComparison.Ordinal);
        Assert.Contains("up0", Build("FROM busybox\n" + reach, "--network", "host", "--allow", "network.host"), StringComparison.Ordinal);
        // A step may ask for less than its build has.
        Assert.Equal("no way\nlo", Build("FROM busybox\n" + reach.Replace("RUN ", "RUN --network=none ", StringComparison.Ordinal), "--network", "host", "--allow", "network.host").Trim());
    }

    [Fact]
    public void Names_ComeFromTheHostAndFromTheCaller_AndAreNotInTheImage()
    {
        string said = Build(
            "FROM busybox\nRUN cat /etc/hosts; cat /etc/resolv.conf; test -w /etc/hosts || echo closed; ip route | grep -o 'default via [0-9.]*'\n",
            "--add-host", "db:10.1.2.3", "--add-host", "me:host-gateway");

        string gateway = said.Split('\n')[^1]["default via ".Length..];
        Assert.Contains("10.1.2.3\tdb", said, StringComparison.Ordinal);
        Assert.Contains($"{gateway}\tme", said, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1\tlocalhost buildstep", said, StringComparison.Ordinal);
        Assert.Contains("# Made by Slipway", said, StringComparison.Ordinal);
        Assert.DoesNotContain("etc/", _host.Ok("diff", "busybox", "built"), StringComparison.Ordinal);
        Slip.Result refused = Try("FROM busybox\nRUN --network=none true\n", "--add-host", "me:host-gateway");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("has no way to the host", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void StepsAtOnce_HaveAnAddressEach_AndStepsInTurnShareOne()
    {
        const string Own = "ip -4 addr show eth0 | grep -o 'inet [0-9.]*'";
        string said = Build(
            $"FROM busybox AS a\nRUN {Own} > /a; sleep 1\nFROM busybox AS b\nRUN {Own} > /b; sleep 1\nFROM busybox\nCOPY --from=a /a /\nCOPY --from=b /b /\n"
            + $"RUN cat /a /b; {Own}\nRUN {Own}; ip neigh | grep -c . || true\n");

        string[] lines = said.Split('\n');
        Assert.NotEqual(lines[0], lines[1]);
        Assert.Contains(lines[2], lines[..2]);
        Assert.Contains(lines[3], lines[..2]);
        AssertNothingIsLeft();
    }

    [Fact]
    public void ParallelBuilds_AllGetOut()
    {
        _host.Page("80");
        Process[] builds = [.. Enumerable.Range(0, 5).Select(i =>
        {
            _host.Slip.Write($"ctx{i}/Dockerfile", $"FROM busybox\nRUN echo {i}; test \"$(wget -qO- http://{NetHost.Address}/)\" = host\nRUN test \"$(wget -qO- http://{NetHost.Address}/)\" = host\n");
            return _host.Slip.Start("build", "-q", Path.Combine(_host.Slip.Scratch, $"ctx{i}"));
        })];
        foreach (Process build in builds)
        {
            string errors = build.StandardError.ReadToEnd();
            build.WaitForExit();
            Assert.True(build.ExitCode == 0, errors);
            build.Dispose();
        }
        AssertNothingIsLeft();
    }

    [Fact]
    public void AStepWithAllRights_ChangesNobodyElsesNetwork()
    {
        string said = Build(
            "FROM busybox\nRUN true\nRUN --security=insecure ip route del default; ip addr add 10.77.0.1/24 dev eth0\nRUN ip route | grep -c default; ip addr | grep -c 10.77.0.1 || true\n",
            "--allow", "security.insecure");

        Assert.Equal("1\n0", said);
    }

    [Fact]
    public void KilledAtAnyMoment_NothingIsLeftAfterTheNextSlip()
    {
        Build("FROM busybox\nRUN true\n");
        for (int i = 0; i < 12; i++)
        {
            _host.Slip.Write("ctx/Dockerfile", $"FROM busybox\nRUN echo {i}; sleep 0.1\nRUN sleep 30\n");
            using Process build = _host.Slip.Start("build", "-q", Context);
            build.WaitForExit(10 + (i * 15));
            build.Kill();
            build.WaitForExit();
        }
        _host.Ok("images");
        AssertNothingIsLeft();
    }

    [Fact]
    public void PruneOfNetworks_LeavesARunningBuildItsOwn()
    {
        _host.Page("80");
        _host.Slip.Write("ctx/Dockerfile", $"FROM busybox\nRUN echo on; sleep 1.5; wget -qO- http://{NetHost.Address}/\n");
        using Process build = _host.Slip.Start("build", "--progress", "plain", Context);
        while (build.StandardError.ReadLine() is { } line && !line.EndsWith(" on", StringComparison.Ordinal))
        {
        }
        _host.Ok("network", "prune", "-f");

        string errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, errors);
        _host.Ok("network", "prune", "-f");
        Assert.DoesNotContain("slip-", _host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNoNetworkCanBeMade_TheStepSaysSo_AndTheHostsWorks()
    {
        Slip.Result refused = Under("FROM busybox\nRUN true\n");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("network bridge can't be set up", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--network none", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(">>> RUN true", refused.Errors, StringComparison.Ordinal);
        Slip.Result without = Under("FROM busybox\nRUN --network=host true\n", "--allow", "network.host");
        Assert.True(without.ExitCode == 0, without.Errors);
        AssertNothingIsLeft();
    }

    [Fact]
    public void AFailedStep_IsEnteredWithItsNetwork()
    {
        _host.Page("80");
        Assert.Equal(1, Try("FROM busybox\nRUN false\n").ExitCode);

        Assert.Equal("host", _host.Ok("enter", "--build", "LAST", "wget", "-qO-", $"http://{NetHost.Address}/"));
        AssertNothingIsLeft();
    }

    public void Dispose() => _host.Dispose();

    private string Build(string dockerfile, params string[] args)
    {
        Slip.Result result = Try(dockerfile, args);
        Assert.True(result.ExitCode == 0, result.Errors);
        return BuildCase.Said(result.Errors);
    }

    private Slip.Result Try(string dockerfile, params string[] args)
    {
        _host.Slip.Write("ctx/Dockerfile", dockerfile);
        return _host.Run(["build", "--no-cache", "--progress", "plain", "-t", "built", .. args, Context]);
    }

    private Slip.Result Under(string dockerfile, params string[] args)
    {
        _host.Slip.Write("ctx/Dockerfile", dockerfile);
        return _host.Slip.RunUnder(["setpriv", "--bounding-set", "-net_admin"], ["build", "--progress", "plain", .. args, Context]);
    }

    // No device but the bridge and the neighbour's; no address of a build. A namespace goes a moment after its last descriptor.
    private void AssertNothingIsLeft()
    {
        NetHost.WaitFor(() => !_host.Sh("ip -o link").Contains(": sv", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_host.Slip.RunRoot, "builds")));
        using var database = new Database(Path.Combine(_host.Slip.DataRoot, "slipway.db"));
        Assert.Empty(database.Query("SELECT container FROM endpoints", static row => row.GetString(0)));
    }
}
