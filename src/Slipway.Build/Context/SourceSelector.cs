namespace Slipway.Build.Context;

/// <summary>Source words to paths: wildcards are matched name by name against the directories that there are.</summary>
internal static class SourceSelector
{
    /// <summary>The paths that a word means, sorted within each directory. Without wildcards it is one, whether it is there or not; with them, none may match.</summary>
    public static (IReadOnlyList<string> Paths, bool HasWildcard) Select(SourceTree tree, string word)
    {
        List<string> paths = [""];
        bool hasWildcard = false;
        foreach (string part in GoPath.PartsBeneathRoot(word))
        {
            GlobPattern pattern = GlobPattern.Parse(part);
            hasWildcard |= pattern.Literal is null;
            paths = pattern.Literal is { } name ? [.. paths.Select(path => Join(path, name))] : [.. paths.SelectMany(path => Matches(tree, path, pattern))];
        }
        if (hasWildcard)
            paths.RemoveAll(path => !Exists(tree, path));
        return (paths, hasWildcard);
    }

    public static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    private static List<string> Matches(SourceTree tree, string directory, GlobPattern pattern)
    {
        using var open = tree.TryOpenDirectory(directory);
        return open is null
            ? []
            : [.. open.List(sorted: true).Select(entry => FileNames.Decode(entry.Name)).Where(pattern.IsMatch).Select(name => Join(directory, name))];
    }

    // A wildcard passes over what is ignored, and over names that the rest of the pattern doesn't exist below.
    private static bool Exists(SourceTree tree, string path)
    {
        using var file = tree.Root.TryOpenPath(FileNames.Encode(path), Linux.Files.OpenFlags.Path | Linux.Files.OpenFlags.NoFollow, Linux.Files.Resolve.InRoot);
        return file is not null && (!tree.Rules.Judge(path).IsMatch || tree.Rules.HasExceptions);
    }
}
