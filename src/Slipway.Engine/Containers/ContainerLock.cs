using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Engine.Containers;

/// <summary>
/// Orders the operations on one container among all processes. Held for a change of state, never while waiting for a container to end.
/// </summary>
internal sealed class ContainerLock : IDisposable
{
    private readonly FileLock _lock;

    private ContainerLock(FileLock held) => _lock = held;

    public static ContainerLock Take(ContainerPaths paths, string id) => new(FileLock.Acquire(paths.Lock(id)));

    /// <summary>For the monitor of a start, which holds it until the container is to be found, whatever happens to us.</summary>
    public SafeFd Handle => _lock.Handle;

    public void Dispose() => _lock.Dispose();
}
