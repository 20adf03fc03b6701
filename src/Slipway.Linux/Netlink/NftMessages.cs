using System.Buffers.Binary;
using System.Text;
using static Slipway.Linux.Netlink.NetlinkBatch;

namespace Slipway.Linux.Netlink;

/// <summary>
/// Requests about packet filter tables of the family <c>inet</c> (linux/netfilter/nf_tables.h). What stands between <see cref="BeginNft"/> and
/// <see cref="EndNft"/> is done as a whole or not at all.
/// </summary>
public static class NftMessages
{
    private const ushort NFNL_SUBSYS_NFTABLES = 10, NFNL_MSG_BATCH_BEGIN = 0x10, NFNL_MSG_BATCH_END = 0x11;
    private const ushort NFT_MSG_NEWTABLE = 0, NFT_MSG_DELTABLE = 2, NFT_MSG_NEWCHAIN = 3, NFT_MSG_GETCHAIN = 4, NFT_MSG_NEWRULE = 6, NFT_MSG_GETRULE = 7, NFT_MSG_NEWSET = 9, NFT_MSG_NEWSETELEM = 12, NFT_MSG_DELSETELEM = 14;
    private const ushort NFTA_TABLE_NAME = 1;
    private const ushort NFTA_CHAIN_TABLE = 1, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4, NFTA_CHAIN_POLICY = 5, NFTA_CHAIN_TYPE = 7, NFTA_HOOK_HOOKNUM = 1, NFTA_HOOK_PRIORITY = 2;
    private const ushort NFTA_RULE_TABLE = 1, NFTA_RULE_CHAIN = 2, NFTA_RULE_EXPRESSIONS = 4;
    private const ushort NFTA_SET_TABLE = 1, NFTA_SET_NAME = 2, NFTA_SET_FLAGS = 3, NFTA_SET_KEY_TYPE = 4, NFTA_SET_KEY_LEN = 5, NFTA_SET_DATA_TYPE = 6, NFTA_SET_DATA_LEN = 7, NFTA_SET_ID = 10, NFTA_SET_USERDATA = 13;
    private const ushort NFTA_SET_ELEM_LIST_TABLE = 1, NFTA_SET_ELEM_LIST_SET = 2, NFTA_SET_ELEM_LIST_ELEMENTS = 3, NFTA_LIST_ELEM = 1, NFTA_SET_ELEM_KEY = 1, NFTA_SET_ELEM_DATA = 2, NFTA_SET_ELEM_FLAGS = 3, NFTA_DATA_VALUE = 1;
    private const uint NFT_SET_INTERVAL = 4, NFT_SET_MAP = 8, NFT_SET_ELEM_INTERVAL_END = 1;
    private const byte NFPROTO_UNSPEC = 0, NFPROTO_INET = 1;
    private const uint NF_DROP = 0, NF_ACCEPT = 1;

    /// <summary>Begins the transaction.</summary>
    public static void BeginNft(this NetlinkBatch batch)
    {
        if (batch.Count == 0)
            batch.IsTransaction = true;
        Mark(batch, NFNL_MSG_BATCH_BEGIN, "begin nf_tables transaction");
    }

    /// <summary>Ends it: now it is done.</summary>
    public static void EndNft(this NetlinkBatch batch) => Mark(batch, NFNL_MSG_BATCH_END, "end nf_tables transaction");

    /// <summary>Makes a table; one that is there stays as it is.</summary>
    public static void AddTable(this NetlinkBatch batch, string table)
    {
        Begin(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, "make nft table", table);
        batch.Put(NFTA_TABLE_NAME, table);
    }

    /// <summary>Removes a table with all in it. ENOENT: there is none.</summary>
    public static void DeleteTable(this NetlinkBatch batch, string table)
    {
        Begin(batch, NFT_MSG_DELTABLE, 0, "remove nft table", table);
        batch.Put(NFTA_TABLE_NAME, table);
    }

    /// <summary>Makes a chain that others jump to.</summary>
    public static void AddChain(this NetlinkBatch batch, string table, string chain)
    {
        Begin(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, "make nft chain", chain);
        batch.Put(NFTA_CHAIN_TABLE, table);
        batch.Put(NFTA_CHAIN_NAME, chain);
    }

    /// <summary>Makes a chain that the kernel sends packets through. What no rule of it judges is accepted.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain's name.</param>
    /// <param name="type"><c>filter</c> or <c>nat</c>.</param>
    /// <param name="hook">Where.</param>
    /// <param name="priority">In which order among others: low ones first.</param>
    public static void AddChain(this NetlinkBatch batch, string table, string chain, string type, NftHook hook, int priority)
    {
        AddChain(batch, table, chain);
        int nest = batch.Nest(NFTA_CHAIN_HOOK);
        batch.PutBig(NFTA_HOOK_HOOKNUM, (uint)hook);
        batch.PutBig(NFTA_HOOK_PRIORITY, (uint)priority);
        batch.EndNest(nest);
        batch.PutBig(NFTA_CHAIN_POLICY, NF_ACCEPT);
        batch.Put(NFTA_CHAIN_TYPE, type);
    }

    /// <summary>Makes a set; with <paramref name="value"/> a map.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="table">The table.</param>
    /// <param name="name">The set's name.</param>
    /// <param name="id">Its number within the transaction.</param>
    /// <param name="key">What it is looked up by.</param>
    /// <param name="value">What it gives.</param>
    /// <param name="ranges">Its elements are ranges, each said by its beginning and its end.</param>
    public static void AddSet(this NetlinkBatch batch, string table, string name, uint id, NftType key, NftType? value = null, bool ranges = false)
    {
        Begin(batch, NFT_MSG_NEWSET, NLM_F_CREATE, "make nft set", name);
        batch.Put(NFTA_SET_TABLE, table);
        batch.Put(NFTA_SET_NAME, name);
        batch.PutBig(NFTA_SET_FLAGS, (value is null ? 0 : NFT_SET_MAP) | (ranges ? NFT_SET_INTERVAL : 0));
        batch.PutBig(NFTA_SET_KEY_TYPE, key.Number);
        batch.PutBig(NFTA_SET_KEY_LEN, key.Size);
        if (value is not null)
        {
            batch.PutBig(NFTA_SET_DATA_TYPE, value.Number);
            batch.PutBig(NFTA_SET_DATA_LEN, value.Size);
        }
        batch.PutBig(NFTA_SET_ID, id);
        // For nft, which would show names of devices back to front: that they are in the host's order.
        if (key == NftType.InterfaceName)
            batch.Put(NFTA_SET_USERDATA, [0, sizeof(uint), 1, 0, 0, 0]);
    }

    /// <summary>Adds an element. EEXIST or EBUSY: it is there with another value.</summary>
    public static void AddElement(this NetlinkBatch batch, string table, string set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value = default) =>
        Element(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, "add to nft set", table, set, key, value);

    /// <summary>Takes an element out. ENOENT: it is not there.</summary>
    public static void DeleteElement(this NetlinkBatch batch, string table, string set, ReadOnlySpan<byte> key) =>
        Element(batch, NFT_MSG_DELSETELEM, 0, "remove from nft set", table, set, key, default);

    /// <summary>Adds a range: from the first key to the one before the last.</summary>
    public static void AddRange(this NetlinkBatch batch, string table, string set, ReadOnlySpan<byte> first, ReadOnlySpan<byte> end)
    {
        Element(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, "add to nft set", table, set, first, default);
        Element(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, "add to nft set", table, set, end, default, NFT_SET_ELEM_INTERVAL_END);
    }

    /// <summary>Takes a range out. ENOENT: it is not there.</summary>
    public static void DeleteRange(this NetlinkBatch batch, string table, string set, ReadOnlySpan<byte> first, ReadOnlySpan<byte> end)
    {
        Element(batch, NFT_MSG_DELSETELEM, 0, "remove from nft set", table, set, first, default);
        Element(batch, NFT_MSG_DELSETELEM, 0, "remove from nft set", table, set, end, default, NFT_SET_ELEM_INTERVAL_END);
    }

    /// <summary>Begins a rule at the end of a chain; what comes back takes its parts.</summary>
    public static NftRule AddRule(this NetlinkBatch batch, string table, string chain)
    {
        Begin(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, "add nft rule to", chain);
        batch.Put(NFTA_RULE_TABLE, table);
        batch.Put(NFTA_RULE_CHAIN, chain);
        return new NftRule(batch, batch.Nest(NFTA_RULE_EXPRESSIONS));
    }

    /// <summary>Asks for all rules of a table: one answer each. ENOENT, or no answer: there is no such table.</summary>
    public static void ListRules(this NetlinkBatch batch, string table)
    {
        batch.Begin((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETRULE, NLM_F_ROOT | NLM_F_MATCH, "list nft rules", table);
        batch.Fixed(4)[0] = NFPROTO_INET;
        batch.Put(NFTA_RULE_TABLE, table);
    }

    /// <summary>Asks for the chains of all tables of all families; <see cref="ChainAnswer"/> reads what comes.</summary>
    public static void ListChains(this NetlinkBatch batch)
    {
        batch.Begin((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETCHAIN, NLM_F_ROOT | NLM_F_MATCH, "list nft chains");
        batch.Fixed(4)[0] = NFPROTO_UNSPEC;
    }

    /// <summary>Reads an answer to <see cref="ListChains"/>: where the chain stands (null: nowhere, others jump to it), and whether it drops what no rule of it judges.</summary>
    public static (byte Family, string Table, string Chain, NftHook? Hook, bool Drops) ChainAnswer(ReadOnlySpan<byte> message)
    {
        string table = "", chain = "";
        NftHook? hook = null;
        bool drops = false;
        var attributes = new NetlinkAttributes(message[4..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case NFTA_CHAIN_TABLE: table = Encoding.UTF8.GetString(attributes.Value).TrimEnd('\0'); break;
                case NFTA_CHAIN_NAME: chain = Encoding.UTF8.GetString(attributes.Value).TrimEnd('\0'); break;
                case NFTA_CHAIN_POLICY: drops = BinaryPrimitives.ReadUInt32BigEndian(attributes.Value) == NF_DROP; break;
                case NFTA_CHAIN_HOOK: hook = HookOf(attributes.Value); break;
                default: break;
            }
        }
        return (message[0], table, chain, hook, drops);
    }

    private static NftHook? HookOf(ReadOnlySpan<byte> value)
    {
        var attributes = new NetlinkAttributes(value);
        while (attributes.Next())
        {
            if (attributes.Type == NFTA_HOOK_HOOKNUM)
                return (NftHook)BinaryPrimitives.ReadUInt32BigEndian(attributes.Value);
        }
        return null;
    }

    private static void Element(NetlinkBatch batch, ushort message, ushort flags, string call, string table, string set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint elementFlags = 0)
    {
        Begin(batch, message, flags, call, set);
        batch.Put(NFTA_SET_ELEM_LIST_TABLE, table);
        batch.Put(NFTA_SET_ELEM_LIST_SET, set);
        int list = batch.Nest(NFTA_SET_ELEM_LIST_ELEMENTS);
        int element = batch.Nest(NFTA_LIST_ELEM);
        PutValue(batch, NFTA_SET_ELEM_KEY, key);
        if (!value.IsEmpty)
            PutValue(batch, NFTA_SET_ELEM_DATA, value);
        if (elementFlags != 0)
            batch.PutBig(NFTA_SET_ELEM_FLAGS, elementFlags);
        batch.EndNest(element);
        batch.EndNest(list);
    }

    internal static void PutValue(NetlinkBatch batch, ushort type, ReadOnlySpan<byte> value)
    {
        int nest = batch.Nest(type);
        batch.Put(NFTA_DATA_VALUE, value);
        batch.EndNest(nest);
    }

    private static void Begin(NetlinkBatch batch, ushort message, int flags, string call, string subject)
    {
        batch.Begin((ushort)((NFNL_SUBSYS_NFTABLES << 8) | message), (ushort)flags, call, subject);
        batch.Fixed(4)[0] = NFPROTO_INET;
    }

    private static void Mark(NetlinkBatch batch, ushort message, string call)
    {
        batch.Begin(message, 0, call, answered: false);
        Span<byte> header = batch.Fixed(4);
        header[0] = NFPROTO_UNSPEC;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], NFNL_SUBSYS_NFTABLES);
    }
}

/// <summary>Where the kernel sends packets through chains (linux/netfilter.h).</summary>
public enum NftHook
{
    NF_INET_PRE_ROUTING = 0,
    NF_INET_LOCAL_IN = 1,
    NF_INET_FORWARD = 2,
    NF_INET_LOCAL_OUT = 3,
    NF_INET_POST_ROUTING = 4,
}

/// <summary>A type of a set's keys or values: the number by which <c>nft</c> shows it, and its bytes. Several stand side by side, each filled up to four.</summary>
public sealed record NftType(uint Number, uint Size)
{
    private const int BitsOfType = 6;

    public static readonly NftType Ipv4 = new(7, 4), Ipv6 = new(8, 16), Protocol = new(12, 1), Service = new(13, 2), InterfaceName = new(41, 16);

    /// <summary>Several as one.</summary>
    public static NftType Of(params ReadOnlySpan<NftType> parts)
    {
        uint number = 0, size = 0;
        foreach (NftType part in parts)
        {
            number = (number << BitsOfType) | part.Number;
            size += (part.Size + 3) & ~3u;
        }
        return new(number, size);
    }

    /// <summary>A device's name as a key.</summary>
    public static byte[] Name(string name)
    {
        var key = new byte[InterfaceName.Size];
        Encoding.UTF8.GetBytes(name, key.AsSpan(0, key.Length - 1));
        return key;
    }
}
