using Slipway.Linux;
using Slipway.Linux.Netlink;

namespace Slipway.Network.Nftables;

/// <summary>What other tables of this host do to packets that are passed on: we obey them, and say so.</summary>
public static class HostFilters
{
    private const byte NFPROTO_INET = 1, NFPROTO_IPV4 = 2, NFPROTO_IPV6 = 10;

    /// <summary>The chains that drop forwarded packets unless a rule of theirs allows them, as nft names them: <c>ip filter FORWARD</c>.</summary>
    /// <exception cref="LinuxException">The packet filter can't be asked.</exception>
    public static IReadOnlyList<string> DroppingForward(NetlinkSocket nft)
    {
        ArgumentNullException.ThrowIfNull(nft);
        List<string> chains = [];
        var batch = new NetlinkBatch();
        batch.ListChains();
        nft.Send(batch, (_, message) =>
        {
            var chain = NftMessages.ChainAnswer(message);
            if (chain is { Hook: NftHook.NF_INET_FORWARD, Drops: true, Family: NFPROTO_INET or NFPROTO_IPV4 or NFPROTO_IPV6 })
                chains.Add($"{chain.Family switch { NFPROTO_IPV4 => "ip", NFPROTO_IPV6 => "ip6", _ => "inet" }} {chain.Table} {chain.Chain}");
        });
        return chains;
    }
}
