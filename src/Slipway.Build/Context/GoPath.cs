namespace Slipway.Build.Context;

/// <summary>Paths as text, by the rules of Go's <c>path</c> package, which Dockerfiles are written against. No check of safety: that is the kernel's (invariant I1).</summary>
internal static class GoPath
{
    /// <summary>The shortest path that means the same, without looking at any file; <c>.</c> for nothing.</summary>
    public static string Clean(string path)
    {
        bool rooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (!rooted)
                parts.Add(part);
        }
        string clean = string.Join('/', parts);
        return rooted ? "/" + clean : clean.Length > 0 ? clean : ".";
    }

    /// <summary><paramref name="path"/> as seen from <paramref name="directory"/>, cleaned.</summary>
    public static string Join(string directory, string path) => Clean(path.StartsWith('/') ? path : $"{directory}/{path}");

    /// <summary>The parts of a path beneath a root: no empty ones, no <c>.</c>, and <c>..</c> stops at the root.</summary>
    public static string[] PartsBeneathRoot(string path) => Clean("/" + path).Split('/', StringSplitOptions.RemoveEmptyEntries);
}
