using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>
/// A runtime removes a container's cgroups and leaves what is above them, which may be others' too. So what a harmed cgroupsPath has as its
/// first name is the test's to remove.
/// </summary>
internal static class CgroupParents
{
    private const string Mount = "/sys/fs/cgroup";

    // What is somebody's: there before the first test.
    private static readonly HashSet<string> s_others = [.. Tops().Select(static top => Path.GetFileName(top))];

    /// <summary>Removes what is above the cgroups that a config.json names, where it is empty.</summary>
    public static void RemoveOf(byte[] config)
    {
        if (TopOf(config) is not { } name || name == "slipway-tests" || s_others.Contains(name))
            return;
        foreach (string top in Tops().Where(top => Path.GetFileName(top) == name))
            RemoveEmpty(top);
    }

    private static string? TopOf(byte[] config)
    {
        try
        {
            return JsonNode.Parse(config)?["linux"]?["cgroupsPath"]?.GetValue<string>().Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null; // then there was no cgroup either
        }
    }

    // One level below each hierarchy, and below a v2 mount itself.
    private static IEnumerable<string> Tops()
    {
        IEnumerable<string> hierarchies = File.Exists(Mount + "/cgroup.procs") ? [Mount] : Directory.Exists(Mount) ? Directory.EnumerateDirectories(Mount) : [];
        return [.. hierarchies.SelectMany(Directory.EnumerateDirectories)];
    }

    // Deepest first. Directory.Delete is rmdir(2) here: a cgroup's files are no obstacle to it, a process or a child is.
    private static void RemoveEmpty(string directory)
    {
        foreach (string child in Directory.EnumerateDirectories(directory))
            RemoveEmpty(child);
        Directory.Delete(directory);
    }
}
