using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>A port of the host can't be had. A kind of conflict that docker's API has a status of its own for.</summary>
/// <param name="message">Whose, which, and why.</param>
/// <param name="cause">What the kernel said.</param>
public sealed class PortTakenException(string message, Exception cause) : SlipwayException(ErrorKind.Conflict, message, cause);
