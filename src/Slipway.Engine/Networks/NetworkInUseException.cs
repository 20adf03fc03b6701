using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>A network that is to go has containers in it that run. A kind of conflict that docker's API has a status of its own for.</summary>
/// <param name="network">Its name.</param>
/// <param name="members">Who is in it, for the sentence.</param>
public sealed class NetworkInUseException(string network, string members)
    : SlipwayException(ErrorKind.Conflict, $"error while removing network: network {network} has active endpoints ({members})");
