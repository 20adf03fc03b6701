using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <content>Stops all processes at once and lets them go on (freezer-subsystem.rst; cgroup-v2.rst, cgroup.freeze).</content>
public sealed partial class Cgroup
{
    private const int FreezeAttempts = 1000;

    /// <summary>Whether it is frozen; false where the host can't freeze.</summary>
    public bool IsFrozen() => Freezer() is { } file && StateOf(file) is "FROZEN" or "1";

    /// <summary>Freezes it and returns once all its processes stand still.</summary>
    /// <exception cref="SlipwayException">NotSupported: no freezer here. Internal: a process did not stop.</exception>
    public void Freeze()
    {
        string file = Freezer() ?? throw new SlipwayException(ErrorKind.NotSupported, "pausing needs the freezer, and the container is in no cgroup that has one");
        bool unified = file.EndsWith("cgroup.freeze", StringComparison.Ordinal);
        for (int attempt = 0; attempt < FreezeAttempts; attempt++)
        {
            // v1 may hang in FREEZING while a process forks or waits uninterruptibly: asking again settles it.
            SmallFile.Write(file, unified ? "1" : "FROZEN");
            if (unified ? IsSettled(Path.GetDirectoryName(file)!) : StateOf(file) == "FROZEN")
                return;
            Thread.Yield();
        }
        Thaw();
        throw new SlipwayException(ErrorKind.Internal, $"freeze the cgroup '{Path.GetDirectoryName(file)}': a process in it does not stop");
    }

    /// <summary>Lets it go on; nothing where it isn't frozen.</summary>
    public void Thaw()
    {
        if (Freezer() is { } file)
            SmallFile.Write(file, file.EndsWith("cgroup.freeze", StringComparison.Ordinal) ? "0" : "THAWED");
    }

    private string? Freezer()
    {
        foreach (string path in Paths)
        {
            foreach (string name in (string[])["cgroup.freeze", "freezer.state"])
            {
                if (File.Exists($"{path}/{name}"))
                    return $"{path}/{name}";
            }
        }
        return null;
    }

    private static bool IsSettled(string directory) =>
        (SmallFile.TryReadText($"{directory}/cgroup.events") ?? "").Contains("frozen 1", StringComparison.Ordinal);

    private static string StateOf(string file) => (SmallFile.TryReadText(file) ?? "").Trim();
}
