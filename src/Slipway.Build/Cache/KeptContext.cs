using Slipway.Linux.Files;

namespace Slipway.Build.Cache;

/// <summary>A directory for one context of one build's; nobody else has it until it is disposed.</summary>
public sealed class KeptContext : IDisposable
{
    private readonly FileLock? _held;
    private readonly LockedDirectory? _own;

    internal KeptContext(string directory, FileLock held) => (Directory, _held) = (directory, held);

    internal KeptContext(LockedDirectory own) => (Directory, _own) = (own.Path, own);

    /// <summary>Where it lies.</summary>
    public string Directory { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _held?.Dispose();
        _own?.Dispose();
    }
}
