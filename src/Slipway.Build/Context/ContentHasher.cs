using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;

namespace Slipway.Build.Context;

/// <summary>Finds the digests of the files that a scan has found: those that are remembered, and the others by reading them, several at once; and their attributes where those count.</summary>
internal sealed class ContentHasher(SourceTree tree, CancellationToken ct)
{
    private const int BufferSize = 256 * 1024, FewFiles = 16;
    private static readonly int s_mostAtOnce = Math.Clamp(System.Environment.ProcessorCount, 1, 8);
    private readonly List<SourceEntry> _unknown = [];
    private string _root = "";
    private ExceptionDispatchInfo? _failure;
    private int _next = -1;

    /// <summary>Gives every file among the entries its digest.</summary>
    /// <exception cref="SlipwayException">Conflict: a file is not what it was when it was found.</exception>
    public void Fill(SelectedSource source)
    {
        _root = source.Path;
        foreach (SourceEntry entry in source.Entries)
        {
            if (entry.Status.IsRegular && (entry.Content = tree.Digests?.Find(entry.Status)) is null)
                _unknown.Add(entry);
        }
        // Small ones are quicker read than handed to others.
        var others = new Task[_unknown.Count > FewFiles ? s_mostAtOnce - 1 : 0];
        for (int i = 0; i < others.Length; i++)
            others[i] = Task.Run(Work, CancellationToken.None);
        Work();
        Task.WaitAll(others, CancellationToken.None);
        _failure?.Throw();
    }

    private void Work()
    {
        try
        {
            var buffer = new byte[BufferSize];
            for (int i; (i = Interlocked.Increment(ref _next)) < _unknown.Count && Volatile.Read(ref _failure) is null;)
            {
                ct.ThrowIfCancellationRequested();
                Read(SourceSelector.Join(_root, _unknown[i].Path).TrimEnd('/'), _unknown[i], buffer);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    private void Read(string path, SourceEntry entry, byte[] buffer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using SafeFd file = tree.OpenFile(path);
        if (entry.Status.Size <= buffer.Length)
            HashSmall(path, file, entry.Status.Size, buffer, hash);
        else
            HashLarge(path, file, entry.Status.Size, buffer, hash);
        // Not changed from before it was read to after.
        if (!file.Status().IsUnchangedFrom(entry.Status))
            throw SourceScanner.Changed(path);
        entry.Content = FileHash.Of(hash);
        if (tree.HasOwners)
            entry.Attributes = AttributesOf(file);
        tree.Digests?.Add(entry.Status, hash);
    }

    // File capabilities and users' own; what belongs to the host's security modules or to overlayfs stays behind.
    private static List<(byte[] Key, byte[] Value)> AttributesOf(SafeFd file)
    {
        var attributes = new List<(byte[], byte[])>();
        foreach (byte[] key in file.ListXattrs())
        {
            if (XattrPolicy.IsContent(key) && file.FindXattr(key) is { } value)
                attributes.Add((key, value));
        }
        return attributes;
    }

    private static void HashSmall(string path, SafeFd file, long size, byte[] buffer, Span<byte> hash)
    {
        int length = 0;
        for (int read; length < size && (read = file.Read(buffer.AsSpan(length, (int)size - length))) > 0;)
            length += read;
        if (length < size)
            throw SourceScanner.Changed(path);
        SHA256.HashData(buffer.AsSpan(0, length), hash);
    }

    private void HashLarge(string path, SafeFd file, long size, byte[] buffer, Span<byte> hash)
    {
        using var running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long left = size; left > 0;)
        {
            ct.ThrowIfCancellationRequested();
            int length = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)));
            if (length == 0)
                throw SourceScanner.Changed(path);
            running.AppendData(buffer, 0, length);
            left -= length;
        }
        running.GetHashAndReset(hash);
    }
}
