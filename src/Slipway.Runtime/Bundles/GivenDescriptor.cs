using System.Globalization;
using Slipway.Linux;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Bundles;

/// <summary>
/// Descriptors that a monitor is given beside its configuration: namespaces and mounts that no path leads to, or that a path would no longer
/// lead to by then. The configuration names them by their place, as paths of a process that had them first.
/// </summary>
public static class GivenDescriptor
{
    private const string Directory = "/proc/self/fd/";

    // The first after the launch socket.
    private const int First = 4;

    /// <summary>How a configuration names the descriptor at a place.</summary>
    public static string PathOf(int place) => string.Create(CultureInfo.InvariantCulture, $"{Directory}{First + place}");

    /// <summary>The same configuration with the numbers that the descriptors have in this process.</summary>
    internal static RuntimeSpec Resolve(RuntimeSpec spec, IReadOnlyList<SafeFd> held) => spec with
    {
        Root = spec.Root is { } root ? root with { Path = Resolve(root.Path, held)! } : null,
        Linux = spec.Linux! with { Namespaces = [.. spec.Linux!.Namespaces!.Select(n => n with { Path = Resolve(n.Path, held) })] },
        Mounts = [.. spec.Mounts!.Select(m => m.Type == "tree" ? m with { Source = Resolve(m.Source, held) } : m)],
    };

    private static string? Resolve(string? path, IReadOnlyList<SafeFd> held) =>
        path?.StartsWith(Directory, StringComparison.Ordinal) == true
        && int.TryParse(path.AsSpan(Directory.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number - First >= 0 && number - First < held.Count
            ? held[number - First].ProcPath
            : path;
}
