using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci.Streams;

namespace Slipway.Build.Solving;

/// <summary>
/// Writes one file, link or node under a name that is free. Each file is checked against the scan, so that what is recorded in the cache is what was
/// copied. Used by many threads at once.
/// </summary>
internal sealed class FileCopier(SourceTree tree, CopyAttributes attributes, EarlierFiles? earlier, CancellationToken ct)
{
    // What is larger the kernel copies.
    private const int Small = 256 * 1024;

    /// <summary>Writes it; false where the name is taken.</summary>
    public bool TryCopy(in CopiedFile file, CopyTarget target)
    {
        byte[] name = FileNames.Encode(file.Name);
        return TryLinkEarlier(file, target, name) || TryCopy(file, target.Own, name, target.InheritsGroup);
    }

    /// <summary>Writes it into a directory of the overlay; false where the name is taken.</summary>
    public bool TryCopy(in CopiedFile file, DirFd directory, byte[] name, bool inheritsGroup = true)
    {
        try
        {
            if (file.Entry.Status.IsRegular)
                return TryCopyContent(file, directory, name, inheritsGroup);
            bool made = file.Entry.Status.IsSymlink
                ? directory.TrySymlink(name, file.Entry.Target)
                : directory.TryMakeNode(name, file.Entry.Status.Type, file.Entry.Status.Mode, file.Entry.Status.SpecialDevice);
            if (made)
                Adorn(directory, name, file.Entry);
            return made;
        }
        catch (LinuxException e) when (e.Subject is null)
        {
            throw new LinuxException(e.Call, e.Errno, "/" + file.Path);
        }
    }

    /// <summary>Gives a name what its source has. Owner before mode: a change of owner takes setuid off.</summary>
    public void Adorn(DirFd directory, byte[] name, SourceEntry entry)
    {
        Owner owner = attributes.OwnerOf(tree, entry.Status);
        directory.SetOwner(name, owner.Uid, owner.Gid);
        if (!entry.Status.IsSymlink)
            directory.SetMode(name, attributes.ModeOf(entry.Status));
        directory.SetTime(name, attributes.TimeOf(tree, entry.Status));
    }

    // A file that an earlier layer has under the same name, equal in all that shows, is that file: layers never change.
    private bool TryLinkEarlier(in CopiedFile file, CopyTarget target, byte[] name)
    {
        if (earlier is null || target.Earlier is null || file.Entry.Content is not { } content || file.Entry.Status.Links > 1 || !earlier.Has(SourceSelector.Join(target.Path, file.Name), content))
            return false;
        FileStatus wanted = file.Entry.Status;
        Owner owner = attributes.OwnerOf(tree, wanted);
        if (!target.Earlier.TryStatus(name, out FileStatus there) || !there.IsRegular || there.Size != wanted.Size || there.Mode != attributes.ModeOf(wanted)
            || new Owner(there.Uid, there.Gid) != owner || there.Modified != attributes.TimeOf(tree, wanted))
        {
            return false;
        }
        try
        {
            return target.Own.TryLink(name, target.Earlier, name);
        }
        catch (LinuxException e) when (e.Errno is Errno.EMLINK or Errno.EXDEV or Errno.EPERM)
        {
            return false;
        }
    }

    private bool TryCopyContent(in CopiedFile file, DirFd directory, byte[] name, bool inheritsGroup)
    {
        FileStatus seen = file.Entry.Status;
        using SafeFd from = tree.OpenFile(file.Path);
        using SafeFd? to = directory.TryCreateFile(name);
        if (to is null)
            return false;
        if (seen.Size <= Small)
            CopySmall(from, to, (int)seen.Size);
        else
            from.CopyTo(to, ct);
        if (!from.Status().IsUnchangedFrom(seen) || (seen.Size > Small && to.Status().Size != seen.Size))
            throw SourceScanner.Changed(file.Path);
        Owner owner = attributes.OwnerOf(tree, seen);
        if (owner != Owner.Superuser || inheritsGroup)
            to.SetOwner(owner.Uid, owner.Gid);
        to.SetMode(attributes.ModeOf(seen));
        // After the owner, with which file capabilities go.
        foreach ((byte[] key, byte[] value) in file.Entry.Attributes)
            to.SetXattr(key, value);
        to.SetTime(attributes.TimeOf(tree, seen));
        return true;
    }

    private static void CopySmall(SafeFd from, SafeFd to, int size)
    {
        byte[] buffer = BufferPool.Rent(size);
        try
        {
            int length = 0;
            for (int read; length < size && (read = from.Read(buffer.AsSpan(length, size - length))) > 0;)
                length += read;
            to.WriteAt(buffer.AsSpan(0, length), 0);
        }
        finally
        {
            BufferPool.Return(buffer);
        }
    }
}
