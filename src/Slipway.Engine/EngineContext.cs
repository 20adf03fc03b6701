using Slipway.Engine.Containers;
using Slipway.Engine.Volumes;
using Slipway.Runtime.Launching;
using Slipway.Store;
using Slipway.Store.Images;

namespace Slipway.Engine;

/// <summary>What the verbs of the engine share.</summary>
internal sealed record EngineContext(EngineOptions Options, ImageStorage Store, ContainerTable Containers, VolumeManager Volumes, ContainerPaths Paths, RuntimeLauncher Launcher)
{
    /// <summary>What a container of the image stands on, as the overlay wants it: topmost first, the skeleton below all.</summary>
    public List<string> LowersOf(ImageRecord image) => [.. image.ChainIds.Reverse().Select(Store.Layers.PathOf), Paths.Skeleton];

    public DateTimeOffset Now => Options.Clock.GetUtcNow();
}
