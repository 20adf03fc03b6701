using Slipway.Linux;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Where in a container's cgroups a further process is put.</summary>
internal static class SubCgroups
{
    /// <param name="paths">The container's own.</param>
    /// <param name="wishes">As <see cref="ExecRequest.SubCgroups"/>.</param>
    /// <exception cref="SlipwayException">InvalidArgument: out of the container's, or of no controller. NotFound: nothing is there.</exception>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> paths, IReadOnlyList<string> wishes)
    {
        var resolved = new List<string>(paths);
        foreach (string wish in wishes)
        {
            int colon = wish.IndexOf(':', StringComparison.Ordinal);
            string below = wish[(colon + 1)..].Trim('/');
            if (below.Split('/').Contains(".."))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"exec: {Printable.Escape(below)} is not a sub cgroup path");
            string[] controllers = colon < 0 ? [] : wish[..colon].Split(',');
            Move(resolved, paths, controllers, below);
        }
        return resolved;
    }

    private static void Move(List<string> resolved, IReadOnlyList<string> paths, string[] controllers, string below)
    {
        CgroupHost host = CgroupHost.Read();
        foreach (string controller in controllers)
        {
            if (!paths.Any(path => host.HierarchyOf(path)?.Controllers.Contains(controller) == true))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"exec: unknown controller {Printable.Escape(controller)} in the cgroup to join");
        }
        for (int i = 0; i < paths.Count; i++)
        {
            if (controllers.Length > 0 && host.HierarchyOf(paths[i])?.Controllers.Any(controllers.Contains) != true)
                continue;
            resolved[i] = below.Length == 0 ? paths[i] : $"{paths[i]}/{below}";
            if (!Directory.Exists(resolved[i]))
                throw new SlipwayException(ErrorKind.NotFound, $"exec: adding pid 0 to {Printable.Escape(resolved[i])}/cgroup.procs: no such file or directory");
        }
    }
}
