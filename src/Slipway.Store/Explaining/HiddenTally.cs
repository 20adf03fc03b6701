using Slipway.Linux.Files;
using Slipway.Store.Comparing;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining;

/// <summary>What hidden content is grouped by.</summary>
internal readonly record struct HiddenKey(HiddenKind Kind, int Layer, int By, Differing Changed);

/// <summary>Adds up hidden content, and notes what is needed to say how each is avoided.</summary>
internal sealed class HiddenTally(Func<int, LayerStep> stepOf)
{
    private readonly Dictionary<HiddenKey, (Tally Tally, ModeRange After)> _groups = [];

    // What the files of a layer that can be seen, and the directories that it made, are in the end.
    private readonly Dictionary<int, ModeRange> _kept = [], _directories = [];

    public void Add(HiddenKey key, byte[] path, long bytes, in FileStatus above)
    {
        if (!_groups.TryGetValue(key, out (Tally Tally, ModeRange After) group))
            _groups.Add(key, group = (new(), new()));
        group.Tally.Add(path, bytes);
        group.After.Add(above);
    }

    public void Visible(int layer, in FileStatus status) => Range(_kept, layer).Add(status);

    public void Directory(Generation generation, Hider? hider)
    {
        if (hider is null)
            Range(_directories, generation.Lowest).Add(generation.Top.Status);
    }

    public IReadOnlyList<HiddenContent> Result() =>
    [
        .. _groups.Where(g => g.Value.Tally.Bytes > 0).Select(g => new HiddenContent(
            g.Key.Kind, stepOf(g.Key.Layer), stepOf(g.Key.By), g.Value.Tally.Bytes, g.Value.Tally.Files, g.Key.Changed, g.Value.Tally.Largest, FixOf(g.Key, g.Value.After)))
            .OrderByDescending(h => h.Bytes).ThenBy(h => h.Step.Number).ThenBy(h => h.By.Number),
    ];

    private string FixOf(HiddenKey key, ModeRange after)
    {
        // --chmod and --chown count for everything that the instruction copies.
        if (_kept.TryGetValue(key.Layer, out ModeRange? kept))
            after.Add(kept);
        if (_directories.TryGetValue(key.Layer, out ModeRange? directories))
            after.Add(directories);
        return Fixes.Of(key.Kind, stepOf(key.Layer).Instruction, stepOf(key.By).Instruction, key.Changed, after.Mode, after.Owner);
    }

    private static ModeRange Range(Dictionary<int, ModeRange> ranges, int layer) => ranges.TryGetValue(layer, out ModeRange? range) ? range : ranges[layer] = new();
}

/// <summary>Whether files all have one mode and one owner.</summary>
internal sealed class ModeRange
{
    private FileStatus? _first;
    private bool _modes, _owners;

    /// <summary>The mode that all have; null where they have several.</summary>
    public uint? Mode => _modes ? null : _first?.Mode;

    /// <summary>The owner and group that all have; null where they have several.</summary>
    public (uint Uid, uint Gid)? Owner => _owners || _first is not { } first ? null : (first.Uid, first.Gid);

    public void Add(in FileStatus status)
    {
        _first ??= status;
        _modes |= _first.Value.Mode != status.Mode;
        _owners |= (_first.Value.Uid, _first.Value.Gid) != (status.Uid, status.Gid);
    }

    public void Add(ModeRange other)
    {
        if (other._first is { } first)
            Add(first);
        _modes |= other._modes;
        _owners |= other._owners;
    }
}
