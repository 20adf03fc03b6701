using Slipway.Oci;

namespace Slipway.Engine.Containers;

/// <summary>What is to go on isn't paused. A kind of conflict that docker's API has a status of its own for.</summary>
/// <param name="container">Its id.</param>
public sealed class NotPausedException(string container) : SlipwayException(ErrorKind.Conflict, $"Container {container} is not paused");
