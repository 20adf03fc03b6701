using Xunit;

namespace Slipway.Integration.Tests.Networks;

/// <summary>Stores whose directory somebody has deleted leave bridges, and bridges hold addresses.</summary>
public sealed class DeadStoreTests
{
    private const string Subnet = "10.77.0.0/24";

    [Fact]
    public void Bridge_OfADeletedStore_GoesWhenAnotherMakesOne()
    {
        using var host = new NetHost();
        string id = NetworkOfADeletedStore(host.Slip.Under);
        Assert.Contains($"slip-{id[..10]}", host.Sh("ip -o link"), StringComparison.Ordinal);
        host.Ok("network", "create", "--subnet", Subnet, "mine");
        Assert.DoesNotContain($"slip-{id[..10]}", host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bridge_OfAStoreThatIsThere_Stays()
    {
        using var host = new NetHost();
        using var other = new Slip { Under = host.Slip.Under };
        string id = other.Ok("network", "create", "--subnet", Subnet, "its");
        Assert.Contains("is in use on this host", host.Run("network", "create", "--subnet", Subnet, "mine").Errors, StringComparison.Ordinal);
        Assert.Contains($"slip-{id[..10]}", host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bridge_OfADeletedStore_WithSomebodyConnected_Stays()
    {
        using var host = new NetHost();
        string id = NetworkOfADeletedStore(host.Slip.Under);
        host.Sh($"ip link add left type veth peer name right; ip link set left master slip-{id[..10]}");
        host.Ok("network", "create", "mine");
        Assert.Contains($"slip-{id[..10]}", host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bridge_OfAStoreOfAnotherMountNamespace_Stays()
    {
        using var host = new NetHost();
        // What is not here may be there.
        using var other = new Slip { Under = [.. host.Slip.Under, "unshare", "--mount"] };
        string id = other.Ok("network", "create", "--subnet", Subnet, "its");
        Directory.Delete(other.DataRoot, recursive: true);
        host.Ok("network", "create", "mine");
        Assert.Contains($"slip-{id[..10]}", host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bridge_WithANoteOfSomebodyElses_Stays()
    {
        using var host = new NetHost();
        host.Sh("ip link add theirs type bridge; ip link set theirs alias 'slipway store of somebody'; ip link add other type bridge; ip link set other alias 'the one for guests'");
        host.Ok("network", "create", "mine");
        Assert.Contains("theirs", host.Sh("ip -o link"), StringComparison.Ordinal);
        Assert.Contains("other", host.Sh("ip -o link"), StringComparison.Ordinal);
    }

    private static string NetworkOfADeletedStore(string[] under)
    {
        using var other = new Slip { Under = under };
        string id = other.Ok("network", "create", "--subnet", Subnet, "its");
        Directory.Delete(other.DataRoot, recursive: true);
        return id;
    }
}
