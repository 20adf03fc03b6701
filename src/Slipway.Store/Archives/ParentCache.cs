using Slipway.Linux.Files;

namespace Slipway.Store.Archives;

/// <summary>
/// Directories that entries were placed in lately: archives list a directory's files one after the other, and walking to each
/// anew would cost more than making them. Cleared whenever a directory goes or a name on the way may change its meaning.
/// </summary>
internal sealed class ParentCache(DirFd root)
{
    private const int Most = 64;
    private readonly Dictionary<byte[], DirFd> _open = new(ByteKey.Comparer);
    private readonly List<DirFd> _closing = [];

    public DirFd? Find(ReadOnlySpan<byte> path)
    {
        // The entry before may still have held one of these.
        foreach (DirFd directory in _closing)
            directory.Dispose();
        _closing.Clear();
        if (path.IsEmpty)
            return root;
        return _open.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out DirFd? found) ? found : null;
    }

    public void Add(ReadOnlySpan<byte> path, DirFd directory)
    {
        if (_open.Count == Most)
            Clear();
        _open.Add(path.ToArray(), directory);
    }

    public void Clear()
    {
        _closing.AddRange(_open.Values);
        _open.Clear();
    }

    public void Close()
    {
        Clear();
        Find(default);
    }
}
