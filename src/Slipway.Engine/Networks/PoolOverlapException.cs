using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>Addresses that were asked for are another network's. A kind of conflict that docker's API has a status of its own for.</summary>
/// <param name="other">The other network's name.</param>
public sealed class PoolOverlapException(string other)
    : SlipwayException(ErrorKind.Conflict, $"invalid pool request: Pool overlaps with other one on this address space: network {other}");
