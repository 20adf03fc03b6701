using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

/// <summary>Whether mounts of the host hand on what is mounted in them (proc_pid_mountinfo(5), optional fields).</summary>
internal static class MountGroup
{
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words: the directory's mount is not one that could.</exception>
    public static void Require(string path, string propagation)
    {
        (string place, string fields) = MountOf(Path.GetFullPath(path));
        bool isShared = fields.Contains("shared:", StringComparison.Ordinal);
        if (propagation is "shared" or "rshared" && !isShared)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"path {path} is mounted on {place} but it is not a shared mount") { Hint = $"make it one: mount --make-shared {place}" };
        if (!isShared && !fields.Contains("master:", StringComparison.Ordinal))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"path {path} is mounted on {place} but it is not a shared or slave mount") { Hint = $"make it one: mount --make-shared {place}" };
    }

    private static (string Place, string Fields) MountOf(string path)
    {
        (string Place, string Fields) found = ("/", "");
        foreach (string line in (SmallFile.TryReadText("/proc/self/mountinfo") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            const int Place = 4, FirstField = 6;
            string place = parts[Place].Replace("\\040", " ", StringComparison.Ordinal);
            bool isAbove = place == "/" || path == place || path.StartsWith(place + "/", StringComparison.Ordinal);
            // Of two on one place the later one is on top.
            if (isAbove && place.Length >= found.Place.Length)
                found = (place, string.Join(' ', parts.Skip(FirstField).TakeWhile(f => f != "-")));
        }
        return found;
    }
}
