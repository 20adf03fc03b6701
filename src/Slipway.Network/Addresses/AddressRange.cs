using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Network.Addresses;

/// <summary>The addresses of a network that can be given to a device, as numbers.</summary>
public sealed class AddressRange
{
    private readonly bool _six;
    private readonly UInt128 _first, _last;

    /// <param name="network">The network.</param>
    /// <param name="range">A part of it that addresses are taken from; null: all of it.</param>
    public AddressRange(IPNetwork network, IPNetwork? range = null)
    {
        _six = network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        (UInt128 lowest, UInt128 highest) = Bounds(network);
        (_first, _last) = Bounds(range ?? network);
        // The first address is the network's, or that of its routers; the last of IPv4 is everybody's.
        if (highest - lowest > 1)
        {
            _first = UInt128.Max(_first, lowest + 1);
            _last = UInt128.Min(_last, _six ? highest : highest - 1);
        }
    }

    /// <summary>The lowest address.</summary>
    public IPAddress First => Address(_first);

    /// <summary>The first free address after another one, going round at the end: what was given back is used again as late as possible.</summary>
    /// <param name="after">The last one that was given; null begins at the lowest.</param>
    /// <param name="taken">Those that can't be given.</param>
    /// <returns>Null when there is none.</returns>
    public IPAddress? Next(IPAddress? after, IReadOnlySet<IPAddress> taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        if (_first > _last)
            return null;
        UInt128 size = _last - _first + 1;
        UInt128 at = after is not null && Number(after) is var last && last >= _first && last < _last ? last + 1 : _first;
        // One more than is taken has a free one among them.
        for (int tries = 0; tries <= taken.Count && (UInt128)tries < size; tries++)
        {
            IPAddress candidate = Address(at);
            if (!taken.Contains(candidate))
                return candidate;
            at = at == _last ? _first : at + 1;
        }
        return null;
    }

    private static (UInt128 First, UInt128 Last) Bounds(IPNetwork network)
    {
        int bits = network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;
        UInt128 first = Number(network.BaseAddress);
        UInt128 span = network.PrefixLength == 0 ? UInt128.MaxValue >> (128 - bits) : (UInt128.One << (bits - network.PrefixLength)) - 1;
        return (first, first + span);
    }

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private IPAddress Address(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(_six ? bytes : bytes[12..]);
    }
}
