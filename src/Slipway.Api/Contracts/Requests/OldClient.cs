using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Api.Contracts.Requests;

/// <summary>
/// What a request means in the version that the client speaks: what came later is not looked at, as dockerd doesn't, and refused where the container
/// would be another one without it.
/// </summary>
internal static class OldClient
{
    private const int AutoRemoveSince = 25, NonRecursiveSince = 40, PlatformSince = 41, ConsoleSizeSince = 42, CreateMountpointSince = 42, StopSignalSince = 42, AnnotationsSince = 43,
        StartIntervalSince = 44, SubpathSince = 45, ListedAnnotationsSince = 46, ImageMountSince = 48, PrioritySince = 48, FamiliesSince = 48;

    /// <summary>A container to be made.</summary>
    /// <exception cref="ApiException">400: a mount that the version doesn't have.</exception>
    public static ContainerRequest Read(ContainerRequest request, ApiVersion version) => request with
    {
        AutoRemove = request.AutoRemove && version.IsAtLeast(AutoRemoveSince),
        ConsoleSize = HasConsoleSize(version) ? request.ConsoleSize : null,
        Annotations = version.IsAtLeast(AnnotationsSince) ? request.Annotations : new Dictionary<string, string>(),
        Health = version.IsAtLeast(StartIntervalSince) || request.Health is not { } health ? request.Health : health with { StartInterval = null },
        Mounts = version.IsAtLeast(ImageMountSince) ? request.Mounts : [.. request.Mounts.Select(m => Read(m, version))],
        Attachments = version.IsAtLeast(PrioritySince) || request.Attachments is not { } places ? request.Attachments : [.. places.Select(p => p with { GatewayPriority = 0 })],
    };

    /// <summary>Whether a terminal has a size from its first moment on, where the client says one.</summary>
    public static bool HasConsoleSize(ApiVersion version) => version.IsAtLeast(ConsoleSizeSince);

    /// <summary>Whether a stop may name another signal.</summary>
    public static bool HasStopSignal(ApiVersion version) => version.IsAtLeast(StopSignalSince);

    /// <summary>Whether a container may be asked for by its image's platform.</summary>
    public static bool HasPlatform(ApiVersion version) => version.IsAtLeast(PlatformSince);

    /// <summary>Whether a network may be without IPv4.</summary>
    public static bool HasFamilies(ApiVersion version) => version.IsAtLeast(FamiliesSince);

    /// <summary>Whether the list of containers has annotations.</summary>
    public static bool ListsAnnotations(ApiVersion version) => version.IsAtLeast(ListedAnnotationsSince);

    // Of --mount alone: a -v makes its directory in every version.
    private static MountRequest Read(MountRequest mount, ApiVersion version)
    {
        if (mount.Kind is MountKind.Image)
            throw ApiException.BadRequest("Mount type \"Image\" needs API v1.48 or newer");
        if (mount is { Kind: MountKind.Volume, Subpath: not null } && !version.IsAtLeast(SubpathSince))
            throw ApiException.BadRequest("VolumeOptions.Subpath needs API v1.45 or newer");
        return mount is { Kind: MountKind.Bind, IsDetailed: true }
            ? mount with { NonRecursive = mount.NonRecursive && version.IsAtLeast(NonRecursiveSince), CreateSource = mount.CreateSource && version.IsAtLeast(CreateMountpointSince) }
            : mount;
    }
}
