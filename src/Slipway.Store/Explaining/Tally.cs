using System.Text;

namespace Slipway.Store.Explaining;

/// <summary>Adds up files, and remembers the largest.</summary>
internal sealed class Tally
{
    private const int Remembered = 10;
    private readonly PriorityQueue<string, long> _largest = new();

    public long Bytes { get; private set; }

    public long Files { get; private set; }

    /// <summary>Some of the files, the largest first.</summary>
    public IReadOnlyList<SizedPath> Largest =>
        [.. _largest.UnorderedItems.Select(f => new SizedPath(f.Element, f.Priority)).OrderByDescending(f => f.Bytes).ThenBy(f => f.Path, StringComparer.Ordinal)];

    public void Add(byte[] path, long bytes)
    {
        Bytes += bytes;
        Files++;
        if (_largest.Count < Remembered)
            _largest.Enqueue(Show(path), bytes);
        else if (_largest.TryPeek(out _, out long least) && least < bytes)
            _largest.DequeueEnqueue(Show(path), bytes);
    }

    /// <summary>A path as results have it.</summary>
    public static string Show(byte[] path) => "/" + Encoding.UTF8.GetString(path);
}
