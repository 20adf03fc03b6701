using System.Collections.Concurrent;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Layers;

namespace Slipway.Build.Solving.Mounts;

/// <summary>Files of contexts as mounts show them, copied once a build for all steps that show the same. They lie in the build's directory and go with it.</summary>
internal sealed class ContextCopies(BuildDirectory place) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ContextCopy>> _made = new(StringComparer.Ordinal);
    private int _own;

    /// <summary>The copy; it stays until the end of the build. Nobody may write there.</summary>
    /// <param name="name">Tells the files from any others; null: a copy that nobody else gets.</param>
    /// <param name="fill">Copies them into a new directory.</param>
    public ContextCopy Get(string? name, Action<DirFd> fill) => _made.GetOrAdd(name ?? $"only {Interlocked.Increment(ref _own)}", _ => new(() => Make(fill))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<ContextCopy> made in _made.Values.Where(made => made.IsValueCreated))
            made.Value.Directory.Dispose();
    }

    private ContextCopy Make(Action<DirFd> fill)
    {
        DirFd directory = place.NewDirectory("bind");
        try
        {
            fill(directory);
            return new(directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }
}

/// <summary>One copy: of a directory what it holds, of anything else a directory that holds it.</summary>
internal sealed class ContextCopy(DirFd directory)
{
    private readonly Lock _gate = new();
    private Digest? _layer;

    /// <summary>Stays open, also when the copy has become a layer.</summary>
    public DirFd Directory { get; } = directory;

    /// <summary>Makes a layer of it, once: then it may outlive the build. Mounts of it stay as they are.</summary>
    public Digest Keep(LayerStore layers, DateTimeOffset epoch, CancellationToken ct)
    {
        lock (_gate)
            return _layer ??= layers.Settle(null, new FileInfo(Directory.Handle.ProcPath).LinkTarget!, epoch, ct).ChainId;
    }
}
