using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <summary>How this host arranges its control groups: a hierarchy for each v1 controller, one v2 tree, or both (hybrid).</summary>
internal sealed class CgroupHost
{
    private readonly Lazy<string[]> _unifiedControllers;

    public CgroupHost(IReadOnlyList<CgroupHierarchy> hierarchies)
    {
        V1 = [.. hierarchies.Where(hierarchy => !hierarchy.IsUnified).DistinctBy(hierarchy => string.Join(',', hierarchy.Controllers))];
        Unified = hierarchies.FirstOrDefault(hierarchy => hierarchy.IsUnified);
        _unifiedControllers = new(ReadUnifiedControllers);
    }

    /// <summary>The v1 hierarchies, named ones too; each once.</summary>
    public IReadOnlyList<CgroupHierarchy> V1 { get; }

    /// <summary>The v2 tree; null where none is mounted.</summary>
    public CgroupHierarchy? Unified { get; }

    public bool IsUnifiedOnly => V1.Count == 0 && Unified is not null;

    /// <summary>The controllers that the v2 tree has. In a hybrid host these are what v1 left over, often none.</summary>
    public IReadOnlyList<string> UnifiedControllers => _unifiedControllers.Value;

    /// <summary>Reads this process' mounts.</summary>
    public static CgroupHost Read() => new(CgroupHierarchy.Parse(SmallFile.TryReadText("/proc/self/mountinfo") ?? ""));

    public CgroupHierarchy? FindV1(string controller) => V1.FirstOrDefault(hierarchy => hierarchy.Controllers.Contains(controller));

    /// <summary>Whether a controller is the v2 tree's: there, and not taken by v1.</summary>
    public bool IsUnifiedController(string controller) => FindV1(controller) is null && Unified is not null && UnifiedControllers.Contains(controller);

    /// <summary>The hierarchy that a directory lies in; null where it is none of these.</summary>
    public CgroupHierarchy? HierarchyOf(string directory) =>
        V1.Append(Unified).OfType<CgroupHierarchy>().Where(hierarchy => directory.StartsWith(hierarchy.MountPoint + "/", StringComparison.Ordinal))
            .MaxBy(hierarchy => hierarchy.MountPoint.Length);

    public static SlipwayException Missing(string controller) =>
        new(ErrorKind.NotSupported, $"this host has no cgroup controller for {controller}") { Hint = "leave that limit out, or mount the cgroup file system" };

    private string[] ReadUnifiedControllers() => Unified is null
        ? []
        : (SmallFile.TryReadText($"{Unified.MountPoint}/cgroup.controllers") ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
