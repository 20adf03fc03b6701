using Slipway.Integration.Tests.Runtime;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>kill -9 of a monitor, or of the slip before it, at each call of a start that makes something: what it made is found by whoever comes next.</summary>
public sealed class StartKillTests
{
    // Which call, and how often one process makes it.
    private static readonly (string Call, int Most)[] s_calls = [("mkdir", 5), ("rename", 2), ("clone3", 2), ("sendmsg", 2), ("unlink", 2)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_KilledAtEachCall_RemovalLeavesNoControlGroup(bool ranBefore)
    {
        using Slip slip = Slip.WithBusybox();
        HashSet<string> ids = [];
        int met = 0;
        foreach ((string call, int most) in s_calls)
        {
            for (int nth = 1; nth <= most; nth++)
            {
                string id = slip.Ok("create", "--network", "none", "busybox", "true");
                ids.Add(id);
                if (ranBefore)
                    slip.Ok("start", "-a", id);
                Kill(slip, call, nth, id);
                slip.Ok("ps", "-a");
                met += HostInventory.CgroupsOf(new HashSet<string> { id }).Any() ? 1 : 0;
                slip.Ok("rm", "-f", id);
            }
        }
        Assert.Empty(HostInventory.CgroupsOf(ids));
        Assert.True(met > 0, "no kill met a start between its control groups and its record");
    }

    [Theory]
    [InlineData("mkdir", 3)]
    [InlineData("rename", 1)]
    public void Start_KilledBeforeItsRecord_TheNextStartRuns(string call, int nth)
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("create", "--network", "none", "busybox", "echo", "here");
        slip.Ok("start", "-a", id);
        Kill(slip, call, nth, id);
        Assert.Equal("here", slip.Ok("start", "-a", id));
        Assert.Empty(HostInventory.CgroupsOf(new HashSet<string> { id }));
    }

    private static void Kill(Slip slip, string call, int nth, string id) =>
        slip.RunUnder([.. StraceLog.Command("/dev/null"), "-qq", "-e", "trace=" + call, "-e", $"inject={call}:signal=KILL:when={nth}"], "start", id);
}
