using Slipway.Engine.Doctoring;

namespace Slipway.Engine.Containers.Recreating;

/// <summary>What making a container again would keep, change and lose.</summary>
/// <param name="Old">The container as it is.</param>
/// <param name="Request">What the new one is asked for.</param>
/// <param name="OldImage">The image that the old one stands on, by digest.</param>
/// <param name="NewImage">The image that the new one will stand on.</param>
/// <param name="Changes">What is different, a line each, for people.</param>
/// <param name="Volumes">Volumes that the new one has too, anonymous ones included.</param>
/// <param name="Lost">What is in the old one's writable layer, which the new one begins without.</param>
public sealed record Recreation(
    ContainerRecord Old, ContainerRequest Request, string OldImage, string NewImage, IReadOnlyList<string> Changes, IReadOnlyList<string> Volumes, LayerSurvey Lost);
