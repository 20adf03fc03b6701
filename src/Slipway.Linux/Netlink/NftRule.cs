namespace Slipway.Linux.Netlink;

/// <summary>
/// The parts of a rule, one after the other: what is loaded into registers, compared, looked up, and what is done then (linux/netfilter/nf_tables.h).
/// Registers have four bytes each and are numbered from 0 here.
/// </summary>
public readonly struct NftRule
{
    private const ushort NFTA_LIST_ELEM = 1, NFTA_EXPR_NAME = 1, NFTA_EXPR_DATA = 2;
    private const uint NFT_REG32_00 = 8, NFT_REG_VERDICT = 0, NFT_LOOKUP_F_INV = 1, NFTA_FIB_F_DADDR = 2, NFT_FIB_RESULT_ADDRTYPE = 3, RTN_LOCAL = 2;
    private const uint NFT_META_IIFNAME = 6, NFT_META_OIFNAME = 7, NFT_META_NFPROTO = 15, NFT_META_L4PROTO = 16, NFT_META_IIFGROUP = 21, NFT_META_OIFGROUP = 22, NFT_CT_STATE = 0, NFT_CT_STATUS = 2;
    private const uint NFT_PAYLOAD_NETWORK_HEADER = 1, NFT_PAYLOAD_TRANSPORT_HEADER = 2, NFT_PAYLOAD_CSUM_INET = 1, NFT_NAT_SNAT = 0, NFT_NAT_DNAT = 1;
    private const uint CT_ESTABLISHED = 2, CT_RELATED = 4, CT_NEW = 8, IPS_DST_NAT = 32;
    private const uint NF_DROP = 0, NF_ACCEPT = 1, NFT_JUMP = unchecked((uint)-3);

    private readonly NetlinkBatch _batch;
    private readonly int _list;

    internal NftRule(NetlinkBatch batch, int list)
    {
        _batch = batch;
        _list = list;
    }

    /// <summary>The device that the packet came by, into four registers.</summary>
    public NftRule InputName(int register) => Meta(NFT_META_IIFNAME, register);

    /// <summary>The device that it goes by.</summary>
    public NftRule OutputName(int register) => Meta(NFT_META_OIFNAME, register);

    /// <summary>The group of the device that the packet came by: four bytes in this host's order.</summary>
    public NftRule InputGroup(int register) => Meta(NFT_META_IIFGROUP, register);

    /// <summary>The group of the device that it goes by.</summary>
    public NftRule OutputGroup(int register) => Meta(NFT_META_OIFGROUP, register);

    /// <summary>TCP, UDP, SCTP, …</summary>
    public NftRule Protocol(int register) => Meta(NFT_META_L4PROTO, register);

    /// <summary>Goes on with IPv4 packets only, or IPv6.</summary>
    public NftRule OnlyFamily(bool six) => Meta(NFT_META_NFPROTO, 0).Compare(0, equal: true, [six ? (byte)10 : (byte)2]);

    /// <summary>Goes on with one transport protocol.</summary>
    public NftRule OnlyProtocol(byte protocol) => Protocol(0).Compare(0, equal: true, [protocol]);

    /// <summary>The port that the packet goes to.</summary>
    public NftRule DestinationPort(int register) => Payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, register);

    /// <summary>The port that it comes from.</summary>
    public NftRule SourcePort(int register) => Payload(NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, register);

    /// <summary>The address that it goes to.</summary>
    public NftRule DestinationAddress(bool six, int register) => Payload(NFT_PAYLOAD_NETWORK_HEADER, six ? 24u : 16u, six ? 16u : 4u, register);

    /// <summary>The address that it comes from.</summary>
    public NftRule SourceAddress(bool six, int register) => Payload(NFT_PAYLOAD_NETWORK_HEADER, six ? 8u : 12u, six ? 16u : 4u, register);

    /// <summary>Writes a port of the packet out of a register, and mends the checksum.</summary>
    /// <param name="udp">UDP's checksum stands elsewhere than TCP's.</param>
    /// <param name="source">The port that it comes from; else the one it goes to.</param>
    /// <param name="register">The new one.</param>
    public NftRule SetPort(bool udp, bool source, int register)
    {
        const uint UdpChecksum = 6, TcpChecksum = 16;
        (int element, int data) = Begin("payload");
        _batch.PutBig(2, NFT_PAYLOAD_TRANSPORT_HEADER);
        _batch.PutBig(3, source ? 0u : 2u);
        _batch.PutBig(4, 2);
        _batch.PutBig(5, NFT_REG32_00 + (uint)register);
        _batch.PutBig(6, NFT_PAYLOAD_CSUM_INET);
        _batch.PutBig(7, udp ? UdpChecksum : TcpChecksum);
        return End(element, data);
    }

    /// <summary>Goes on where the registers hold these bytes, or don't.</summary>
    public NftRule Compare(int register, bool equal, ReadOnlySpan<byte> value)
    {
        (int element, int data) = Begin("cmp");
        _batch.PutBig(1, NFT_REG32_00 + (uint)register);
        _batch.PutBig(2, equal ? 0u : 1u);
        NftMessages.PutValue(_batch, 3, value);
        return End(element, data);
    }

    /// <summary>Keeps some bits of a register.</summary>
    public NftRule Mask(int register, ReadOnlySpan<byte> mask)
    {
        (int element, int data) = Begin("bitwise");
        _batch.PutBig(1, NFT_REG32_00 + (uint)register);
        _batch.PutBig(2, NFT_REG32_00 + (uint)register);
        _batch.PutBig(3, (uint)mask.Length);
        NftMessages.PutValue(_batch, 4, mask);
        NftMessages.PutValue(_batch, 5, new byte[mask.Length]);
        return End(element, data);
    }

    /// <summary>Puts bytes into registers.</summary>
    public NftRule Load(int register, ReadOnlySpan<byte> value)
    {
        (int element, int data) = Begin("immediate");
        _batch.PutBig(1, NFT_REG32_00 + (uint)register);
        NftMessages.PutValue(_batch, 2, value);
        return End(element, data);
    }

    /// <summary>Goes on where the registers are in a set, or are not.</summary>
    public NftRule In(string set, uint id, int register, bool not = false)
    {
        (int element, int data) = Begin("lookup");
        _batch.Put(1, set);
        _batch.PutBig(2, NFT_REG32_00 + (uint)register);
        _batch.PutBig(4, id);
        _batch.PutBig(5, not ? NFT_LOOKUP_F_INV : 0);
        return End(element, data);
    }

    /// <summary>Goes on where a map has the registers, with its value in others.</summary>
    public NftRule Lookup(string map, uint id, int register, int into)
    {
        (int element, int data) = Begin("lookup");
        _batch.Put(1, map);
        _batch.PutBig(2, NFT_REG32_00 + (uint)register);
        _batch.PutBig(3, NFT_REG32_00 + (uint)into);
        _batch.PutBig(4, id);
        return End(element, data);
    }

    /// <summary>Goes on with packets to an address of this host.</summary>
    public NftRule OnlyToHost()
    {
        (int element, int data) = Begin("fib");
        _batch.PutBig(1, NFT_REG32_00);
        _batch.PutBig(2, NFT_FIB_RESULT_ADDRTYPE);
        _batch.PutBig(3, NFTA_FIB_F_DADDR);
        return End(element, data).Compare(0, equal: true, BitConverter.GetBytes(RTN_LOCAL));
    }

    /// <summary>Goes on with packets of connections that there are already.</summary>
    public NftRule OnlyEstablished() => Tracked(NFT_CT_STATE, CT_ESTABLISHED | CT_RELATED);

    /// <summary>Goes on with packets that begin a connection.</summary>
    public NftRule OnlyNew() => Tracked(NFT_CT_STATE, CT_NEW);

    /// <summary>Goes on with connections whose destination was changed: to a published port.</summary>
    public NftRule OnlyPublished() => Tracked(NFT_CT_STATUS, IPS_DST_NAT);

    /// <summary>Changes the destination: the address in one register, or four, the port in another.</summary>
    public void Dnat(bool six, int address, int port)
    {
        (int element, int data) = Begin("nat");
        _batch.PutBig(1, NFT_NAT_DNAT);
        _batch.PutBig(2, six ? 10u : 2u);
        _batch.PutBig(3, NFT_REG32_00 + (uint)address);
        _batch.PutBig(5, NFT_REG32_00 + (uint)port);
        End(element, data).Close();
    }

    /// <summary>Changes the source: the address in one register, or four.</summary>
    public void Snat(bool six, int address)
    {
        (int element, int data) = Begin("nat");
        _batch.PutBig(1, NFT_NAT_SNAT);
        _batch.PutBig(2, six ? 10u : 2u);
        _batch.PutBig(3, NFT_REG32_00 + (uint)address);
        End(element, data).Close();
    }

    /// <summary>Gives the packet the address of the device that it leaves by.</summary>
    public void Masquerade()
    {
        (int element, int data) = Begin("masq");
        End(element, data).Close();
    }

    /// <summary>Lets the packet pass this chain.</summary>
    public void Accept() => Verdict(NF_ACCEPT, null);

    /// <summary>Throws the packet away.</summary>
    public void Drop() => Verdict(NF_DROP, null);

    /// <summary>Goes through another chain and comes back.</summary>
    public void Jump(string chain) => Verdict(NFT_JUMP, chain);

    /// <summary>Ends a rule that judges nothing.</summary>
    public void Close() => _batch.EndNest(_list);

    private void Verdict(uint code, string? chain)
    {
        (int element, int data) = Begin("immediate");
        _batch.PutBig(1, NFT_REG_VERDICT);
        int value = _batch.Nest(2);
        int verdict = _batch.Nest(2);
        _batch.PutBig(1, code);
        if (chain is not null)
            _batch.Put(2, chain);
        _batch.EndNest(verdict);
        _batch.EndNest(value);
        End(element, data).Close();
    }

    private NftRule Tracked(uint key, uint bits)
    {
        (int element, int data) = Begin("ct");
        _batch.PutBig(1, NFT_REG32_00);
        _batch.PutBig(2, key);
        return End(element, data).Mask(0, BitConverter.GetBytes(bits)).Compare(0, equal: false, new byte[4]);
    }

    private NftRule Meta(uint key, int register)
    {
        (int element, int data) = Begin("meta");
        _batch.PutBig(1, NFT_REG32_00 + (uint)register);
        _batch.PutBig(2, key);
        return End(element, data);
    }

    private NftRule Payload(uint @base, uint offset, uint length, int register)
    {
        (int element, int data) = Begin("payload");
        _batch.PutBig(1, NFT_REG32_00 + (uint)register);
        _batch.PutBig(2, @base);
        _batch.PutBig(3, offset);
        _batch.PutBig(4, length);
        return End(element, data);
    }

    private (int Element, int Data) Begin(string name)
    {
        int element = _batch.Nest(NFTA_LIST_ELEM);
        _batch.Put(NFTA_EXPR_NAME, name);
        return (element, _batch.Nest(NFTA_EXPR_DATA));
    }

    private NftRule End(int element, int data)
    {
        _batch.EndNest(data);
        _batch.EndNest(element);
        return this;
    }
}
