using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>
/// Writes what a scan selected into a directory of a stage. Each file is checked against the scan, so that what is recorded in the cache is
/// what was copied.
/// </summary>
internal sealed class TreeCopier(SourceTree tree, CopyAttributes attributes, CancellationToken ct) : IDisposable
{
    // A descriptor for each group of links is dear: only so many groups are tracked, the others become copies.
    private const int MaxTracked = 256;

    // Hard links of the source become hard links of the copy.
    private readonly Dictionary<(ulong Inode, DeviceNumber Device), (DirFd Directory, byte[] Name)> _linked = [];
    private readonly List<DirFd> _kept = [];

    /// <summary>Copies a file or a link under one name.</summary>
    public void CopyLeaf(SelectedSource source, DirFd directory, string name) => Write(source, source.Entries[0], directory, FileNames.Encode(name));

    /// <summary>Copies what a directory holds into another one.</summary>
    public void CopyContents(SelectedSource source, DirFd target)
    {
        // The directories from the target down to the current one; entries come parents first. What is written into one changes its time, so that
        // is set when it is left.
        var open = new Stack<(string Path, DirFd Directory, FileTime? Time)>();
        try
        {
            foreach (SourceEntry entry in source.Entries.Skip(1))
            {
                ct.ThrowIfCancellationRequested();
                int slash = entry.Path.LastIndexOf('/');
                string parent = slash < 0 ? "" : entry.Path[..slash];
                while (open.Count > 0 && open.Peek().Path != parent)
                    Leave(open.Pop());
                DirFd directory = open.Count > 0 ? open.Peek().Directory : target;
                byte[] name = FileNames.Encode(entry.Path[(slash + 1)..]);
                if (entry.Status.IsDirectory)
                    open.Push(MakeDirectory(directory, name, entry));
                else
                    Write(source, entry, directory, name);
            }
        }
        finally
        {
            foreach ((string Path, DirFd Directory, FileTime? Time) left in open)
                Leave(left);
        }
    }

    private static void Leave((string Path, DirFd Directory, FileTime? Time) left)
    {
        using DirFd directory = left.Directory;
        if (left.Time is { } time)
            directory.Handle.SetTime(time);
    }

    /// <inheritdoc/>
    public void Dispose() => _kept.ForEach(directory => directory.Dispose());

    private (string Path, DirFd Directory, FileTime? Time) MakeDirectory(DirFd parent, byte[] name, SourceEntry entry)
    {
        bool isMade = parent.TryMakeDirectory(name);
        if (!isMade && !parent.Status(name).IsDirectory)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"cannot copy to non-directory: '{Printable.Escape(entry.Path)}'");
        bool isCopy = isMade || !entry.IsOnlyParent;
        if (isCopy)
            Adorn(parent, name, entry);
        return (entry.Path, parent.OpenDirectory(name), isCopy ? TimeOf(entry) : null);
    }

    private void Write(SelectedSource source, SourceEntry entry, DirFd directory, byte[] name)
    {
        if (directory.TryStatus(name, out FileStatus there))
        {
            if (there.IsDirectory)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"cannot copy '/{Printable.Escape(source.Path)}' over a directory");
            directory.TryUnlink(name);
        }
        bool hasLinks = entry.Status is { IsRegular: true, Links: > 1 };
        if (hasLinks && _linked.TryGetValue((entry.Status.Inode, entry.Status.Device), out (DirFd Directory, byte[] Name) first) && directory.TryLink(name, first.Directory, first.Name))
            return;
        string path = SourceSelector.Join(source.Path, entry.Path).TrimEnd('/');
        try
        {
            Make(path, entry, directory, name);
        }
        catch (LinuxException e) when (e.Subject is null)
        {
            throw new LinuxException(e.Call, e.Errno, "/" + path);
        }
        if (hasLinks)
            Keep(entry, directory, name);
    }

    private void Make(string path, SourceEntry entry, DirFd directory, byte[] name)
    {
        bool made = entry.Status.Type switch
        {
            FileType.Regular => WriteFile(path, entry, directory, name),
            FileType.Symlink => directory.TrySymlink(name, entry.Target),
            _ => directory.TryMakeNode(name, entry.Status.Type, entry.Status.Mode, entry.Status.SpecialDevice),
        };
        if (!made)
            throw new SlipwayException(ErrorKind.Conflict, $"create '{Printable.Escape(path)}' in the stage: the name is taken");
        Adorn(directory, name, entry);
    }

    private void Keep(SourceEntry entry, DirFd directory, byte[] name)
    {
        if (_kept.Count >= MaxTracked)
            return;
        DirFd kept = directory.Reopen();
        _kept.Add(kept);
        _linked[(entry.Status.Inode, entry.Status.Device)] = (kept, name);
    }

    private bool WriteFile(string path, SourceEntry entry, DirFd directory, byte[] name)
    {
        using SafeFd found = tree.Resolve(path);
        if (!IsSame(found.Status(), entry.Status))
            throw SourceScanner.Changed(path);
        using SafeFd from = found.Reopen(OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        using SafeFd to = directory.CreateFile(name);
        from.CopyTo(to, ct);
        if (!IsSame(from.Status(), entry.Status) || to.Status().Size != entry.Status.Size)
            throw SourceScanner.Changed(path);
        if (tree.HasOwners)
            CopyXattrs(from, to);
        return true;
    }

    private static void CopyXattrs(SafeFd from, SafeFd to)
    {
        foreach (byte[] key in from.ListXattrs())
        {
            // File capabilities and users' own; what belongs to the host's security modules or to overlayfs stays behind.
            if ((key.AsSpan().SequenceEqual("security.capability"u8) || key.AsSpan().StartsWith("user."u8)) && from.FindXattr(key) is { } value)
                to.SetXattr(key, value);
        }
    }

    // Owner before mode: a change of owner takes setuid off. File capabilities go with it too, so they are set again.
    private void Adorn(DirFd directory, byte[] name, SourceEntry entry)
    {
        Owner owner = attributes.Owner ?? (tree.HasOwners ? new(entry.Status.Uid, entry.Status.Gid) : Owner.Superuser);
        byte[]? capability = tree.HasOwners && entry.Status.IsRegular ? directory.FindXattr(name, "security.capability"u8) : null;
        directory.SetOwner(name, owner.Uid, owner.Gid);
        if (!entry.Status.IsSymlink)
            directory.SetMode(name, attributes.Mode?.Apply(entry.Status.Mode, entry.Status.IsDirectory) ?? entry.Status.Mode);
        if (capability is not null)
            directory.SetXattr(name, "security.capability"u8, capability);
        directory.SetTime(name, TimeOf(entry));
    }

    private FileTime TimeOf(SourceEntry entry) => tree.HasTimes ? entry.Status.Modified : attributes.Time;

    // The kernel moves the time of the last change with every write, and nobody can set it back.
    private static bool IsSame(FileStatus now, FileStatus then) =>
        now.IsSameFileAs(then) && now.Size == then.Size && now.Modified == then.Modified && now.Changed == then.Changed;
}

/// <summary>What a COPY sets instead of what its sources have.</summary>
/// <param name="Owner">Null: their own for files of a stage, root for others.</param>
/// <param name="Mode">Null: their own.</param>
/// <param name="Time">What files without times of their own get.</param>
internal sealed record CopyAttributes(Owner? Owner, ModeChange? Mode, FileTime Time);
