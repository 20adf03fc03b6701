using Slipway.Engine.Images.Pulling;

namespace Slipway.Engine.Builds;

/// <summary>When a build asks registries for its base images, and who hears of it.</summary>
/// <param name="Always">Also where they are here; what has not changed is not fetched again.</param>
/// <param name="Progress">Hears of the pulls.</param>
public sealed record BuildPull(bool Always, IPullProgress Progress);
