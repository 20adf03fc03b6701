using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Recreating;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Defaults;
using Slipway.Engine.Events;
using Slipway.Engine.Networks;
using Slipway.Engine.Protecting;
using Slipway.Engine.Trash;
using Slipway.Engine.Volumes;
using Slipway.Runtime.Launching;
using Slipway.Store;
using Slipway.Store.Images;

namespace Slipway.Engine;

/// <summary>What the verbs of the engine share.</summary>
internal sealed record EngineContext(EngineOptions Options, ImageStorage Store, ContainerTable Containers, VolumeManager Volumes, NetworkTable Networks, ContainerPaths Paths, RuntimeLauncher Launcher)
{
    /// <summary>What has happened.</summary>
    public EventLog Events { get; } = new(Store.Database, Options.Clock);

    /// <summary>What holds for those who ask for nothing else.</summary>
    public DefaultsTable Defaults { get; } = new(Store.Database);

    /// <summary>What was removed and can be brought back.</summary>
    public TrashTable Trash { get; } = new(Store.Database);

    /// <summary>Containers that are being made again.</summary>
    public RecreationTable Recreations { get; } = new(Store.Database);

    /// <summary>The ids that containers have to themselves.</summary>
    public IdRangeTable IdRanges { get; } = new(Store.Database);

    /// <summary>What is not to be removed.</summary>
    public ProtectionTable Protections { get; } = new(Store.Database);

    /// <summary>What a container of the image stands on, as the overlay wants it: topmost first, the skeleton below all.</summary>
    public List<string> LowersOf(ImageRecord image)
    {
        var lowers = new List<string>(image.ChainIds.Count + 1);
        for (int i = image.ChainIds.Count - 1; i >= 0; i--)
            lowers.Add(Store.Layers.PathOf(image.ChainIds[i]));
        lowers.Add(Paths.Skeleton);
        return lowers;
    }

    public DateTimeOffset Now => Options.Clock.GetUtcNow();
}
