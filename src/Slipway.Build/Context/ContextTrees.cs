using Slipway.Build.Graph;
using Slipway.Linux.Files;

namespace Slipway.Build.Context;

/// <summary>The contexts of one build: its own, and the directories that names stand for, opened when they are first read.</summary>
internal sealed class ContextTrees : IDisposable
{
    private readonly Dictionary<string, Lazy<SourceTree>> _trees = new(StringComparer.Ordinal);

    /// <param name="root">The build's own; stays its opener's.</param>
    /// <param name="rules">Its ignore rules.</param>
    /// <param name="named">The others.</param>
    /// <param name="remember">What is remembered of a context's files, by its root.</param>
    /// <param name="bring">Brings a context's files, where they are not here yet, without what its rules leave out.</param>
    /// <param name="bringRules">Brings a named context's rules before that.</param>
    public ContextTrees(
        DirFd root, PathPatterns rules, IReadOnlyDictionary<string, NamedContext> named, Func<DirFd, StatCache> remember, Action<string, PathPatterns> bring, Action<string> bringRules)
    {
        _trees.Add("", new(() =>
        {
            bring("", rules);
            return SourceTree.OfContext(root, rules, digests: remember(root));
        }));
        foreach ((string name, NamedContext context) in named)
        {
            if (context is not DirectoryContext directory)
                continue;
            _trees.Add(name, new(() =>
            {
                bringRules(name);
                DirFd own = BuildContext.Open(directory.Path);
                PathPatterns ownRules = BuildContext.ReadIgnoreRules(own, null);
                bring(name, ownRules);
                return SourceTree.OfContext(own, ownRules, $"build context '{name}'", remember(own));
            }));
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
}
