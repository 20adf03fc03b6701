using System.Text;
using Slipway.Integration.Tests.Networks;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>All that containers of a store have on their host: processes (and with them namespaces), mounts, control groups, devices, rules, addresses, and files.</summary>
internal static class HostInventory
{
    private const int SettleMilliseconds = 15_000;

    /// <summary>Waits until the host has again what it had; says what is too much, or missing, where that never comes.</summary>
    public static async Task AssertSame(NetHost host, IReadOnlyCollection<string> before)
    {
        string[] more = [], fewer = [];
        host.Ok("trash", "rm", "--all");
        for (long deadline = Environment.TickCount64 + SettleMilliseconds; Environment.TickCount64 < deadline; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            IReadOnlyCollection<string> now = Of(host);
            more = [.. now.Except(before)];
            fewer = [.. before.Except(now)];
            if (more is [] && fewer is [])
                return;
        }
        Assert.Fail($"left behind:\n{string.Join('\n', more)}\nmissing:\n{string.Join('\n', fewer)}");
    }

    /// <summary>A line each.</summary>
    public static IReadOnlyCollection<string> Of(NetHost host)
    {
        // The database knows addresses and names; what a command removes on its way is gone with it.
        host.Ok("ps", "-aq");
        string root = Path.GetDirectoryName(host.Slip.DataRoot)!;
        return
        [
            .. Processes(root),
            .. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(root, StringComparison.Ordinal)).Select(l => "mount " + l),
            .. host.Sh("ip -o link | sed 's/^[0-9]*: //; s/<.*//'; ip -o addr | sed 's/^[0-9]*: //; s/ tentative//; s/ valid_lft.*//'; nft list ruleset").Split('\n').Select(l => "network " + l),
            .. Files(root, "run"), .. Files(root, "data/containers"), .. Files(root, "data/tmp"), .. Files(root, "data/trash"), .. Files(root, "data/removing"), .. Files(root, "data/leases"), .. Files(root, "data/volumes"),
        ];
    }

    /// <summary>Control groups named after one of these.</summary>
    public static IEnumerable<string> CgroupsOf(IReadOnlySet<string> ids) =>
        Directory.EnumerateDirectories("/sys/fs/cgroup", "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(path => ids.Any(id => Path.GetFileName(path).Contains(id, StringComparison.Ordinal)));

    // Whoever was started with this store: its monitors and slips.
    private static IEnumerable<string> Processes(string root)
    {
        foreach (string process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out int id) && id != Environment.ProcessId))
        {
            string line;
            try
            {
                line = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "cmdline"))).Replace('\0', ' ');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (line.Contains(root, StringComparison.Ordinal) || line.Contains(Marker, StringComparison.Ordinal))
                yield return "process " + line;
        }
    }

    /// <summary>In the command of every container that is to be found.</summary>
    public const string Marker = "storm-of-containers";

    private static IEnumerable<string> Files(string root, string below)
    {
        string directory = Path.Combine(root, below);
        return Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Order().Select(f => "file " + f) : [];
    }
}
