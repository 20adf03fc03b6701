using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Images.Pushing;
using Slipway.Registry.Auth;

namespace Slipway.Engine.Builds;

/// <summary>When a build asks registries for its base images, and who hears of what goes over the network.</summary>
/// <param name="Always">Also where they are here; what has not changed is not fetched again.</param>
/// <param name="Progress">Hears of the pulls.</param>
/// <param name="Push">Hears of the pushes of outputs.</param>
public sealed record BuildPull(bool Always, IPullProgress Progress, IPushProgress Push)
{
    /// <summary>Who asks, where it is not who runs this program; null: what is kept here.</summary>
    public ICredentialSource? Credentials { get; init; }
}
