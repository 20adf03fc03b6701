using Slipway.Build.Graph;

namespace Slipway.Build.Context;

/// <summary>What graphs read of a context: what COPY and ADD name, and what mounts show.</summary>
internal static class ContextNeeds
{
    /// <summary>The paths; null: everything.</summary>
    /// <param name="graphs">All that will be done, for one platform or several.</param>
    /// <param name="context">The context's name; empty for the build's own.</param>
    public static IReadOnlyList<string>? Of(IEnumerable<BuildGraph> graphs, string context)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (Vertex step in graphs.SelectMany(graph => graph.Steps))
        {
            IEnumerable<string> read = step.Operation switch
            {
                CopyOperation copy when copy.Context == context => copy.Sources.OfType<PathSource>().Select(source => source.Path),
                RunOperation run => run.Mounts.Where(mount => mount.Context == context).Select(mount => mount.Mount.Source),
                _ => [],
            };
            foreach (string path in read)
            {
                string clean = string.Join('/', GoPath.PartsBeneathRoot(path));
                // What the owner of the files may read in another way than we do is asked for without a pattern.
                if (clean.Length == 0 || clean.Contains("**", StringComparison.Ordinal) || clean.Contains('\\', StringComparison.Ordinal))
                    return null;
                paths.Add(clean);
            }
        }
        return [.. paths.Order(StringComparer.Ordinal)];
    }
}
