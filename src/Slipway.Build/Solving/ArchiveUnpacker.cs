using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Build.Solving;

/// <summary>ADD of a local archive: told by content, unpacked by the code that unpacks layers (names beneath the target, links followed inside only).</summary>
internal static class ArchiveUnpacker
{
    /// <summary>Whether a source is a tar, plain or compressed.</summary>
    public static bool IsArchive(SourceTree tree, SelectedSource source)
    {
        if (!source.Entries[0].Status.IsRegular)
            return false;
        using FileStream file = Open(tree, source);
        var head = new byte[ArchiveKind.HeaderLength];
        int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return ArchiveKind.IsTar(head.AsSpan(0, length)) || (ArchiveKind.IsCompressed(head.AsSpan(0, length)) && HoldsTar(file));
    }

    /// <summary>Unpacks it below a directory of the stage.</summary>
    public static void Unpack(SourceTree tree, SelectedSource source, DirFd target, Owner? owner, CancellationToken ct)
    {
        using FileStream file = Open(tree, source);
        using Stream plain = Compression.OpenArchive(file);
        var options = new UnpackOptions
        {
            Whiteouts = WhiteoutMode.Literal,
            // A root file system that is added over one whose /bin is a link goes through the link, as a process would.
            KeepDirectoryLinks = true,
            Owner = owner is { } given ? (given.Uid, given.Gid) : null,
        };
        new TreeUnpacker(target, options).Unpack(new TarEntryReader(plain) { MayLackEnd = true }, ct);
    }

    // A compressed file that is no tar is a file like any other.
    private static bool HoldsTar(FileStream file)
    {
        file.Position = 0;
        var head = new byte[ArchiveKind.HeaderLength];
        try
        {
            using Stream plain = Compression.OpenArchive(file, leaveOpen: true);
            return ArchiveKind.IsTar(head.AsSpan(0, plain.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
        }
        catch (TarException)
        {
            return false;
        }
    }

    private static FileStream Open(SourceTree tree, SelectedSource source)
    {
        using SafeFd found = tree.Resolve(source.Path);
        if (found.Status() is var now && !(now.IsSameFileAs(source.Entries[0].Status) && now.Changed == source.Entries[0].Status.Changed))
            throw SourceScanner.Changed(source.Path);
        return found.Reopen(OpenFlags.ReadOnly | OpenFlags.NonBlocking).ToStream(FileAccess.Read);
    }
}
