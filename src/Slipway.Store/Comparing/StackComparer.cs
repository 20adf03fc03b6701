using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Comparing;

/// <summary>
/// Compares two stacks of layers as overlayfs would show them, in one walk over both. What both have from the same layer is the same, and is
/// not looked into; content is read only where nothing else tells.
/// </summary>
public sealed class StackComparer
{
    private readonly LayerStack _before;
    private readonly LayerStack _after;
    private readonly bool _times;
    private readonly List<PathDifference> _found = [];
    private readonly CancellationToken _cancellation;
    private readonly Stack<(byte[] Path, int[] Before, int[] After)> _open = new();

    private StackComparer(LayerStack before, LayerStack after, bool times, CancellationToken cancellation)
    {
        _before = before;
        _after = after;
        _times = times;
        _cancellation = cancellation;
    }

    /// <summary>Every path that differs, sorted by bytes. Of a directory that only one side has, all that is in it is told too.</summary>
    /// <param name="before">Trees of the first, the top one first; none is an empty tree.</param>
    /// <param name="after">Those of the second.</param>
    /// <param name="times">Whether another time of last change is a difference.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static IReadOnlyList<PathDifference> Compare(
        IReadOnlyList<string> before, IReadOnlyList<string> after, bool times, CancellationToken cancellation = default)
    {
        using var first = new LayerStack(before);
        using var second = new LayerStack(after);
        var comparer = new StackComparer(first, second, times, cancellation);
        comparer.Run();
        comparer._found.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return comparer._found;
    }

    private void Run()
    {
        _open.Push(([], [.. Enumerable.Range(0, _before.Count)], [.. Enumerable.Range(0, _after.Count)]));
        CompareRoots();
        while (_open.TryPop(out (byte[] Path, int[] Before, int[] After) next))
        {
            using var one = new LayeredDirectory(_before, next.Path, next.Before);
            using var other = new LayeredDirectory(_after, next.Path, next.After);
            foreach (byte[] name in one.Names.Union(other.Names, ByteKey.Comparer))
            {
                _cancellation.ThrowIfCancellationRequested();
                CompareName(one, other, name);
            }
        }
    }

    private void CompareRoots()
    {
        if (_before.Count == 0 || _after.Count == 0)
            return;
        using DirFd one = _before.TryOpen(0, default)!, other = _after.TryOpen(0, default)!;
        FileStatus was = one.Status(), now = other.Status();
        if (!was.IsSameFileAs(now) && StatusComparer.Compare(was, now, _times) is var what and not Differing.None)
            _found.Add(new(ChangeKind.Modified, "/", what, State(was, null), State(now, null)));
    }

    private void CompareName(LayeredDirectory one, LayeredDirectory other, byte[] name)
    {
        Generation? was = one.Visible(name), now = other.Visible(name);
        if (was is null && now is null)
            return;
        if (was is not null && now is not null && IsSame(was, now))
            return;
        try
        {
            Report(one, was, other, now, name);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ELOOP)
        {
            // A container at work has taken it away meanwhile.
            return;
        }
        int[] before = was is { IsDirectory: true } ? was.Layers : [], after = now is { IsDirectory: true } ? now.Layers : [];
        if (before.Length + after.Length > 0)
            _open.Push((one.PathOf(name), before, after));
    }

    private void Report(LayeredDirectory one, Generation? was, LayeredDirectory other, Generation? now, byte[] name)
    {
        PathState? before = State(one, was, name), after = State(other, now, name);
        string path = "/" + Encoding.UTF8.GetString(one.PathOf(name));
        if (was is null || now is null)
        {
            _found.Add(new(was is null ? ChangeKind.Added : ChangeKind.Deleted, path, Differing.None, before, after));
            return;
        }
        Differing what = StatusComparer.Compare(was.Top.Status, now.Top.Status, _times);
        if (before!.LinkTarget != after!.LinkTarget)
            what |= Differing.LinkTarget;
        if (!what.HasFlag(Differing.Type) && was.Top.Status.Type is FileType.Regular or FileType.Directory)
            what |= CompareInside(one.Part(was.Top.Layer), other.Part(now.Top.Layer), name, was.Top.Status.IsRegular && !what.HasFlag(Differing.Size));
        if (what != Differing.None)
            _found.Add(new(ChangeKind.Modified, path, what, before, after));
    }

    // The same files of the same layers, all of them.
    private static bool IsSame(Generation was, Generation now)
    {
        if (was.Entries.Count != now.Entries.Count)
            return false;
        for (int i = 0; i < was.Entries.Count; i++)
        {
            if (!was.Entries[i].Status.IsSameFileAs(now.Entries[i].Status))
                return false;
        }
        return true;
    }

    private Differing CompareInside(DirFd one, DirFd other, byte[] name, bool content)
    {
        // Neither waits for a FIFO that a container may have put there since.
        const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking;
        using SafeFd was = one.OpenName(name, Flags), now = other.OpenName(name, Flags);
        Differing what = ContentAttributes.AreEqual(was, now) ? Differing.None : Differing.Attributes;
        return content && !FileContent.AreEqual(was, now, _cancellation) ? what | Differing.Content : what;
    }

    private static PathState? State(LayeredDirectory directory, Generation? generation, byte[] name) => generation is null ? null
        : State(generation.Top.Status, generation.Top.Status.IsSymlink ? Encoding.UTF8.GetString(directory.Part(generation.Top.Layer).ReadLink(name)) : null);

    internal static PathState State(in FileStatus status, string? target) =>
        new(status.Type, status.Mode, status.Uid, status.Gid, status.IsRegular ? status.Size : 0, status.Modified, target, status.SpecialDevice);
}
