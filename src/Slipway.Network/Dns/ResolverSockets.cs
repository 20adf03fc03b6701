using System.Buffers.Binary;
using System.Net;
using Slipway.Linux;
using Slipway.Linux.Netlink;
using Slipway.Linux.Sockets;

namespace Slipway.Network.Dns;

/// <summary>A resolver's place in a container's network namespace.</summary>
public static class ResolverSockets
{
    /// <summary>Where a container finds its resolver: docker's address, which programs know.</summary>
    public static readonly IPAddress Address = IPAddress.Parse("127.0.0.11");

    private const string Table = "slipway-dns", Chain = "output";
    private const int RawPriority = -300;
    private const ushort Port = 53;

    /// <summary>
    /// Binds them, in the namespace that this thread is in. They have ports of their own, and what goes to port 53 of the address is led there: the
    /// container may serve names itself on port 53 of all addresses.
    /// </summary>
    public static (SafeFd Datagrams, SafeFd Streams) Open()
    {
        (SafeFd datagrams, ushort datagramPort) = InetSocket.Bind(InetSocket.Udp, Address, 0);
        (SafeFd streams, ushort streamPort) = InetSocket.Bind(InetSocket.Tcp, Address, 0);
        InetSocket.Listen(streams);
        using NetlinkSocket nft = NetlinkSocket.Open(NetlinkProtocol.NETLINK_NETFILTER);
        var batch = new NetlinkBatch();
        batch.BeginNft();
        batch.AddTable(Table);
        batch.AddChain(Table, Chain, "filter", NftHook.NF_INET_LOCAL_OUT, RawPriority);
        Lead(batch, InetSocket.Udp, datagramPort);
        Lead(batch, InetSocket.Tcp, streamPort);
        batch.EndNft();
        nft.Send(batch);
        return (datagrams, streams);
    }

    /// <summary>Whether the namespace that this thread is in has a resolver.</summary>
    public static bool AreThere()
    {
        using NetlinkSocket nft = NetlinkSocket.Open(NetlinkProtocol.NETLINK_NETFILTER);
        int rules = 0;
        var batch = new NetlinkBatch();
        batch.ListRules(Table);
        return nft.TrySend(batch, (_, _) => rules++) is null && rules > 0;
    }

    // Both ways without the kernel having to remember connections: they never leave the loopback device.
    private static void Lead(NetlinkBatch batch, byte protocol, ushort port)
    {
        byte[] address = Address.GetAddressBytes();
        bool udp = protocol == InetSocket.Udp;
        batch.AddRule(Table, Chain).OnlyFamily(six: false).OnlyProtocol(protocol).DestinationAddress(six: false, 0).Compare(0, equal: true, address)
            .DestinationPort(0).Compare(0, equal: true, Big(Port)).Load(0, Big(port)).SetPort(udp, source: false, 0).Close();
        batch.AddRule(Table, Chain).OnlyFamily(six: false).OnlyProtocol(protocol).SourceAddress(six: false, 0).Compare(0, equal: true, address)
            .SourcePort(0).Compare(0, equal: true, Big(port)).Load(0, Big(Port)).SetPort(udp, source: true, 0).Close();
    }

    private static byte[] Big(ushort port)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
        return bytes;
    }
}
