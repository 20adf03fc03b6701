using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Lifecycle;

/// <summary>ROOT/ID of one container, held by its lock until it is disposed, unless it was opened only to look.</summary>
public sealed class ContainerDirectory : IDisposable
{
    private const string ConfigName = "config.json", RecordName = "state.json", FifoName = "exec.fifo", LockName = "lock";

    private readonly FileLock? _lock;

    private ContainerDirectory(string path, FileLock? held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>The container's id.</summary>
    public string Id => System.IO.Path.GetFileName(Path);

    /// <summary>Compiled filters by their hash, for all containers of the root. An id has no <c>@</c>.</summary>
    public string SeccompCache => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, "@seccomp");

    /// <summary>By which a container that was created is started; gone once it is.</summary>
    public string FifoPath => System.IO.Path.Combine(Path, FifoName);

    /// <summary>False where the name is taken.</summary>
    internal static bool TryMake(string path)
    {
        using DirFd parent = DirFd.Open(System.IO.Path.GetDirectoryName(path)!);
        return parent.TryMakeDirectory(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(path)));
    }

    /// <summary>Without the lock; null where there is no such directory.</summary>
    internal static ContainerDirectory? Look(string path) => Directory.Exists(path) ? new ContainerDirectory(path, null) : null;

    /// <summary>Waits for the lock; null where there is no such directory, or none any more once the lock is ours.</summary>
    internal static ContainerDirectory? Open(string path)
    {
        FileLock held;
        try
        {
            held = FileLock.Acquire(System.IO.Path.Combine(path, LockName));
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
        // Whoever held it before us may have removed it all.
        if (File.Exists(System.IO.Path.Combine(path, LockName)))
            return new ContainerDirectory(path, held);
        held.Dispose();
        return null;
    }

    /// <summary>Keeps config.json as it is now: what a bundle's file says later is not what the container was made of.</summary>
    internal void WriteConfig(ReadOnlySpan<byte> document) => Replace(ConfigName, document);

    internal void WriteRecord(ContainerRecord record) => Replace(RecordName, ContainerRecordJson.Write(record));

    /// <summary>The configuration that the container was made of.</summary>
    /// <exception cref="SlipwayException">Corrupt: there is none, since its creation did not come that far.</exception>
    public RuntimeSpec ReadConfig() => TryReadConfig()
        ?? throw new SlipwayException(ErrorKind.Corrupt, $"container \"{Id}\" was never created in full") { Hint = $"remove it: delete --force {Id}" };

    /// <summary>As <see cref="ReadConfig"/>; null where there is none.</summary>
    internal RuntimeSpec? TryReadConfig() =>
        TryRead(ConfigName) is { } document ? RuntimeSpecJson.Read(document, $"'{System.IO.Path.Combine(Path, ConfigName)}'") : null;

    /// <summary>What is known of the container; null when its creation did not come that far.</summary>
    public ContainerRecord? ReadRecord() => TryRead(RecordName) is { } document ? ContainerRecordJson.Read(document) : null;

    /// <summary>
    /// Removes everything: the record first, since without it the rest is what a creation that was cut off leaves, and can be removed again; the
    /// lock's file last, so that the next who wants to make it finds all or nothing.
    /// </summary>
    internal void Remove()
    {
        foreach (string name in (string[])[RecordName, ConfigName, FifoName])
            File.Delete(System.IO.Path.Combine(Path, name));
        Directory.Delete(Path, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private byte[]? TryRead(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private void Replace(string name, ReadOnlySpan<byte> content)
    {
        string path = System.IO.Path.Combine(Path, name), aside = path + ".tmp";
        File.WriteAllBytes(aside, content);
        File.Move(aside, path, overwrite: true);
    }
}
