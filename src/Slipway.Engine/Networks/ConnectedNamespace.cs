using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Netlink;
using Slipway.Linux.Processes;
using Slipway.Network.Bridges;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>A network namespace with a link into each of its networks, before anybody is in it.</summary>
internal static class ConnectedNamespace
{
    private const string Ipv6Settings = "/proc/sys/net/ipv6/conf/default/";

    /// <summary>Makes it; the devices are eth0, eth1 and so on.</summary>
    /// <param name="host">Where the bridges are.</param>
    /// <param name="endpoints">Its places.</param>
    /// <param name="way">The one with the default route; null: none.</param>
    /// <param name="empty">One that was made for it, which goes where this fails; null: it is made here.</param>
    public static SafeFd Make(NetworkHost host, IReadOnlyList<ContainerEndpoint> endpoints, ContainerEndpoint? way, SafeFd? empty = null)
    {
        NetlinkSocket? inside = null;
        bool Begin()
        {
            inside = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
            Settings(endpoints.Any(e => e.Endpoint.Ipv6 is not null));
            return true;
        }
        SafeFd made = empty ?? NetworkNamespace.Create(() => Begin());
        if (empty is not null)
            NetworkNamespace.Within(empty, Begin);
        using (inside)
        {
            try
            {
                for (int i = 0; i < endpoints.Count; i++)
                    Connector.Connect(host.Route, inside!, made, endpoints[i].Bridge, endpoints[i].LinkOf($"eth{i}", endpoints[i] == way));
                return made;
            }
            catch
            {
                made.Dispose();
                throw;
            }
        }
    }

    /// <summary>What failed, in words, with what to do about it.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="e">What the kernel said.</param>
    public static SlipwayException Explain(string network, LinuxException e)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"network {network} can't be set up: {e.Message}");
        if (e.Errno is Errno.EPERM or Errno.EACCES)
            return new(ErrorKind.Denied, what, e) { Hint = "CAP_NET_ADMIN is needed: without it, use --network none or --network host" };
        return e.Errno is Errno.EOPNOTSUPP or Errno.EPROTONOSUPPORT or Errno.EAFNOSUPPORT or Errno.ENOENT or Errno.EINVAL
            ? new(ErrorKind.NotSupported, what, e) { Hint = "the kernel needs bridge, veth and nf_tables: without them, use --network none or --network host" }
            : new(ErrorKind.Internal, what, e);
    }

    // Before a device is there: each begins with what is set here.
    private static void Settings(bool six)
    {
        if (SmallFile.TryOpenWrite(Ipv6Settings + "disable_ipv6") is not { } disable)
            return;
        disable.Dispose();
        if (!six)
        {
            SmallFile.Write(Ipv6Settings + "disable_ipv6", "1");
            return;
        }
        SmallFile.Write(Ipv6Settings + "disable_ipv6", "0");
        SmallFile.Write(Ipv6Settings + "accept_ra", "0");
        // Nobody else can have an address that we give: no second is waited for an answer.
        SmallFile.Write(Ipv6Settings + "accept_dad", "0");
    }
}
