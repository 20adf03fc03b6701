using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Archives;

public sealed partial class TreePacker
{
    private const uint LinkMode = 0x1ff; // 0777, what stat tells of a symlink

    private TarEntry Describe(TarEntryKind kind, in FileStatus status, byte[] path, byte[]? link = null, IReadOnlyList<TarXattr>? xattrs = null) => new()
    {
        Name = path,
        Kind = kind,
        Mode = kind == TarEntryKind.Symlink ? LinkMode : status.Mode,
        Uid = Owner(status).Uid,
        Gid = Owner(status).Gid,
        Size = kind == TarEntryKind.Regular ? status.Size : 0,
        Modified = Written(status.Modified),
        LinkName = link ?? [],
        Device = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice ? status.SpecialDevice : default,
        Xattrs = xattrs ?? [],
    };

    private (uint Uid, uint Gid) Owner(in FileStatus status) =>
        _options.Owner ?? _options.Owners?.Inside((status.Uid, status.Gid)) ?? (status.Uid, status.Gid);

    /// <summary>The time that an entry gets.</summary>
    internal FileTime Written(FileTime time)
    {
        if (_options.ClampTo is { } latest && time > latest)
            time = latest;
        return _options.ExactTimes ? time : new(time.Seconds, 0);
    }

    // A hole in the stack of layers has no owner and no time worth keeping.
    private static TarEntry Whiteout(byte[] path) => Mark(PathBytes.Parent(path), [.. ".wh."u8, .. PathBytes.Leaf(path)]);

    private static TarEntry Mark(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) =>
        new() { Name = PathBytes.Combine(parent, name), Kind = TarEntryKind.Regular, Mode = 0 };

    private void PackOpaqueMark(DirFd directory, byte[] path)
    {
        if (!directory.IsOpaque())
            return;
        if (_options.IsOpaqueNeeded?.Invoke(path) ?? true)
            _writer.WriteEntry(Mark(path, ".wh..wh..opq"u8));
        else if (_options.Settle)
            directory.Handle.RemoveXattr(XattrPolicy.Opaque);
    }

    private static IReadOnlyList<TarXattr> ContentXattrs(SafeFd node, IReadOnlyList<byte[]> keys)
    {
        if (keys.Count == 0)
            return [];
        var kept = new List<TarXattr>();
        foreach (byte[] key in keys)
        {
            if (XattrPolicy.IsContent(key) && node.FindXattr(key) is { } value)
                kept.Add(new(key, value));
        }
        return kept;
    }

    private void Settle(SafeFd node, in FileStatus status, IReadOnlyList<byte[]>? keys)
    {
        if (!_options.Settle)
            return;
        foreach (byte[] key in keys ?? node.ListXattrs())
        {
            if (XattrPolicy.IsOverlay(key) && !key.AsSpan().SequenceEqual(XattrPolicy.Opaque))
                node.RemoveXattr(key);
        }
        FileTime written = Written(status.Modified);
        if (status.IsDirectory || written != status.Modified)
            node.SetTime(written);
    }
}
