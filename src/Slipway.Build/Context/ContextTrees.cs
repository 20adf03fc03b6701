using Slipway.Build.Graph;
using Slipway.Linux.Files;

namespace Slipway.Build.Context;

/// <summary>The contexts of one build: its own, and the directories that names stand for, opened when they are first read.</summary>
internal sealed class ContextTrees : IDisposable
{
    private readonly Dictionary<string, Lazy<SourceTree>> _trees = new(StringComparer.Ordinal);

    /// <param name="main">The build's own.</param>
    /// <param name="named">The others.</param>
    /// <param name="remember">What is remembered of a context's files, by its root.</param>
    public ContextTrees(SourceTree main, IReadOnlyDictionary<string, NamedContext> named, Func<DirFd, StatCache> remember)
    {
        _trees.Add("", new(main));
        foreach ((string name, NamedContext context) in named)
        {
            if (context is DirectoryContext directory)
                _trees.Add(name, new(() => Open(name, directory.Path, remember)));
        }
    }

    private ContextTrees()
    {
    }

    /// <summary>None: the build that had them is over.</summary>
    public static ContextTrees None { get; } = new();

    /// <summary>The tree of a context; an empty name for the build's own.</summary>
    public SourceTree Get(string name) => _trees[name].Value;

    /// <summary>As <see cref="Get"/>; null where there is none.</summary>
    public SourceTree? Find(string name) => _trees.GetValueOrDefault(name)?.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The build's own is its opener's.
        foreach ((string name, Lazy<SourceTree> tree) in _trees)
        {
            if (tree.IsValueCreated)
                tree.Value.Digests?.Save();
            if (name.Length > 0 && tree.IsValueCreated)
                tree.Value.Dispose();
        }
    }

    private static SourceTree Open(string name, string path, Func<DirFd, StatCache> remember)
    {
        DirFd root = BuildContext.Open(path);
        return SourceTree.OfContext(root, BuildContext.ReadIgnoreRules(root, null), $"build context '{name}'", remember(root));
    }
}
