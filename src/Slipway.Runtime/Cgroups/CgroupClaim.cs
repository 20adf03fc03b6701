using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups;

/// <summary>A look at a new container's cgroup before anything is made: others may be in it.</summary>
internal static class CgroupClaim
{
    /// <summary>
    /// One that processes are in is marked as shared, and <see cref="CgroupCreator.Create"/> then takes it. Before anybody notes that there is a
    /// container: whoever cleans up after a killed one must find the mark.
    /// </summary>
    /// <param name="linux">The path.</param>
    /// <param name="name">Names it where the spec has no path.</param>
    /// <param name="warn">Told that it has processes.</param>
    /// <exception cref="SlipwayException">Conflict: it is frozen; nothing that comes into it would run. Or it can't be marked.</exception>
    public static void Make(LinuxSpec? linux, string name, Action<string> warn)
    {
        IReadOnlyList<string> there = CgroupCreator.PossiblePaths(linux, name);
        if (there.Count == 0)
            return;
        var cgroup = new Cgroup(there);
        if (cgroup.IsFrozen())
            throw new SlipwayException(ErrorKind.Conflict, $"container's cgroup unexpectedly frozen: '{there[0]}'");
        int[] counts = [.. there.Select(path => Cgroup.Open([path]).Processes().Count)];
        if (counts.Max() == 0)
            return;
        cgroup.Share();
        int most = Array.IndexOf(counts, counts.Max());
        warn($"container's cgroup is not empty: {counts[most]} process(es) found in '{there[most]}'");
    }
}
