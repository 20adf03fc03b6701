using System.Collections.Concurrent;
using Slipway.Linux.Files;

namespace Slipway.Build.Solving.Mounts;

/// <summary>Files of contexts as read-only mounts show them, copied once a build for all steps that show the same. They lie in the build's directory and go with it.</summary>
internal sealed class ContextCopies(BuildDirectory place) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<DirFd>> _made = new(StringComparer.Ordinal);

    /// <summary>The directory that holds the copy; it stays open until the end of the build.</summary>
    /// <param name="name">Tells the files from any others.</param>
    /// <param name="fill">Copies them into a new directory.</param>
    public DirFd Get(string name, Action<DirFd> fill) => _made.GetOrAdd(name, _ => new(() => Make(fill))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<DirFd> made in _made.Values.Where(made => made.IsValueCreated))
            made.Value.Dispose();
    }

    private DirFd Make(Action<DirFd> fill)
    {
        DirFd directory = place.NewDirectory("bind");
        try
        {
            fill(directory);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }
}
