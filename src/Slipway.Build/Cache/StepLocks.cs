using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Cache;

// locks/HEX under the cache's directory: one file a step that is being made, named by its key and flocked while its maker lives.

/// <summary>
/// Lets one maker at a time make a step of a key, in all builds on this store: the others wait, and then find its result in the cache. A lock is
/// an open file's, so that it ends with its process however that ends. Whoever has one waits for no other lock, so nothing can wait in a circle.
/// </summary>
internal sealed class StepLocks(string directory)
{
    private const uint OwnerOnly = 0b110_000_000;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock of a key.</summary>
    /// <param name="key">The step's.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IDisposable> AcquireAsync(Digest key, CancellationToken ct)
    {
        string path = Path.Join(directory, key.Hex);
        // flock(2) can wait, but nothing wakes it before its time; so this asks again, soon at first.
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            ct.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } held)
                return held;
            await Task.Delay(pause, ct).ConfigureAwait(false);
        }
    }

    private static Held? TryAcquire(string path)
    {
        SafeFd file = FileDescriptor.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, OwnerOnly);
        try
        {
            // The one before removed the name before it let go: what was opened here may be that file.
            if (file.TryLock() && file.Status().Links > 0)
                return new(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    private sealed class Held(SafeFd file, string path) : IDisposable
    {
        public void Dispose()
        {
            File.Delete(path);
            file.Dispose();
        }
    }
}
