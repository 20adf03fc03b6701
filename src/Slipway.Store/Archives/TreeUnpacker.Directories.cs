using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Archives;

public sealed partial class TreeUnpacker
{
    private const uint ImpliedMode = 0x1ed; // 0755

    // The directory that an entry goes into. Links on the way lead inside the root; directories that are missing are made.
    private DirFd Parent(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> parent = PathBytes.Parent(path);
        if (_parents.Find(parent) is { } known)
            return known;
        DirFd opened = _root.TryOpenDirectory(parent, Resolve.InRoot) ?? MakeParents(parent);
        _parents.Add(parent, opened);
        return opened;
    }

    private DirFd MakeParents(ReadOnlySpan<byte> path)
    {
        DirFd current = _root.Reopen();
        int end = 0;
        while (end < path.Length)
        {
            int start = end == 0 ? 0 : end + 1;
            int slash = path[start..].IndexOf((byte)'/');
            end = slash < 0 ? path.Length : start + slash;
            DirFd? next = _root.TryOpenDirectory(path[..end], Resolve.InRoot);
            if (next is null)
            {
                using (current)
                    MakeImplied(current, path[..end]);
                next = _root.OpenDirectory(path[..end], Resolve.InRoot);
            }
            else
            {
                current.Dispose();
            }
            current = next;
        }
        return current;
    }

    private void MakeImplied(DirFd parent, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        bool wasHidden = _options.Whiteouts == WhiteoutMode.Overlay && FreeWhiteout(parent, leaf);
        if (!parent.TryMakeDirectory(leaf))
            throw PathBytes.Refused(path, "it is no directory, or a link that leads to none inside the root, and an entry wants to be below it");
        if (wasHidden)
            parent.SetXattr(leaf, XattrPolicy.Opaque, "y"u8);
        _directories[path.ToArray()] = null;
    }

    private void PlaceDirectory(TarEntry entry, byte[] path, DirFd parent, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        if (!parent.TryMakeDirectory(leaf))
        {
            if (IsKeptLink(parent, leaf, path))
                return;
            if (!parent.Status(leaf).IsDirectory)
                ReplaceByDirectory(parent, path, cancellation);
        }
        _directories[path] = Metadata(entry);
    }

    private void ReplaceByDirectory(DirFd parent, byte[] path, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        if (_options.Replaces is DirectoryReplacement.Never)
            throw PathBytes.Refused(path, "cannot overwrite non-directory with directory", kind: ErrorKind.InvalidArgument);
        bool wasHidden = _options.Whiteouts == WhiteoutMode.Overlay && FreeWhiteout(parent, leaf);
        Free(parent, path, cancellation);
        parent.MakeDirectory(leaf);
        // The whiteout hid what lower layers have there, and the directory goes on to.
        if (wasHidden)
            parent.SetXattr(leaf, XattrPolicy.Opaque, "y"u8);
    }

    // Nothing of it goes before it is sure that all of it can: what is mounted there is a volume's, or the host's.
    private void FreeDirectory(DirFd parent, byte[] path, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        switch (_options.Replaces)
        {
            case DirectoryReplacement.Never:
                throw PathBytes.Refused(path, "cannot overwrite directory with non-directory", kind: ErrorKind.InvalidArgument);
            case DirectoryReplacement.Whole:
                if (parent.FindMount(leaf, cancellation) is { } mount)
                    throw PathBytes.Refused(path, $"cannot overwrite a directory with something mounted at '{PathBytes.Show(PathBytes.Combine(PathBytes.Parent(path), mount))}'", kind: ErrorKind.Conflict);
                parent.RemoveTree(leaf, cancellation);
                Forget(path);
                break;
            default:
                parent.TryRemoveDirectory(leaf);
                break;
        }
    }

    // What the archive had said of directories that have gone with another one.
    private void Forget(byte[] path)
    {
        foreach (byte[] below in _directories.Keys.Where(d => d.Length > path.Length && d[path.Length] == (byte)'/' && d.AsSpan().StartsWith(path)).ToArray())
            _directories.Remove(below);
    }

    private bool IsKeptLink(DirFd parent, ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> path)
    {
        if (!_options.KeepDirectoryLinks || !parent.Status(leaf).IsSymlink)
            return false;
        using DirFd? target = _root.TryOpenDirectory(path, Resolve.InRoot);
        return target is not null;
    }

    private DirectoryMetadata Metadata(TarEntry entry)
    {
        (uint uid, uint gid) = Owner(entry);
        return new(_options.Mode ?? entry.Mode, uid, gid, entry.Modified, [.. Kept(entry)]);
    }

    /// <summary>
    /// The second half: gives the directories what only holds once nothing is made in them any more. Deepest first: a directory may lose
    /// the right to be walked, and making a name in it changes its time.
    /// </summary>
    /// <param name="implied">What a directory gets that the archive implies but does not hold (path without slashes at its ends; the root's
    /// is empty); null, or what gives null: 0755, root.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="TarException">A directory has gone, or the kernel refuses.</exception>
    public void FinishDirectories(Func<byte[], DirectoryMetadata?>? implied, CancellationToken cancellation)
    {
        _parents.Clear();
        if (!_directories.ContainsKey([]) && implied is not null)
            _directories[[]] = null;
        foreach ((byte[] path, DirectoryMetadata? metadata) in _directories.OrderByDescending(d => d.Key.AsSpan().Count((byte)'/') + (d.Key.Length > 0 ? 1 : 0)))
        {
            cancellation.ThrowIfCancellationRequested();
            Guarded(path, () => Finish(path, metadata ?? implied?.Invoke(path) ?? Plain()));
        }
    }

    private DirectoryMetadata Plain()
    {
        (uint uid, uint gid) = Mapped(_options.Owner ?? (0, 0));
        return new(ImpliedMode, uid, gid, FileTime.Epoch, []);
    }

    private void Finish(byte[] path, DirectoryMetadata metadata)
    {
        using DirFd directory = Reach(path);
        SafeFd handle = directory.Handle;
        handle.SetOwner(metadata.Uid, metadata.Gid);
        handle.SetMode(metadata.Mode);
        foreach (TarXattr xattr in metadata.Xattrs)
            handle.SetXattr(xattr.Key, xattr.Value);
        handle.SetTime(metadata.Modified);
    }

    private DirFd Reach(byte[] path)
    {
        if (path.Length == 0)
            return _root.Reopen();
        using DirFd parent = _root.OpenDirectory(PathBytes.Parent(path), Resolve.InRoot);
        return parent.OpenDirectory(PathBytes.Leaf(path));
    }
}
