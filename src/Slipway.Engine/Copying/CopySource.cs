using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Engine.Copying;

/// <summary>What is copied: a name in an open directory, or all that a directory holds (a path that ends in <c>/.</c>, or the root).</summary>
internal sealed class CopySource : IDisposable
{
    private readonly DirFd _directory;
    private readonly byte[] _entry;

    private CopySource(DirFd directory, byte[] entry, byte[] name, bool isDirectory, bool contentsOnly, byte[] archiveName)
    {
        ArchiveName = archiveName;
        _directory = directory;
        _entry = entry;
        Name = name;
        IsDirectory = isDirectory;
        ContentsOnly = contentsOnly;
    }

    /// <summary>Its last name, as it was asked for; empty where only contents are meant.</summary>
    public byte[] Name { get; }

    /// <summary>What docker calls it in an archive: <c>/</c> for the root, <c>.</c> for what a directory holds, else its name.</summary>
    public byte[] ArchiveName { get; }

    public bool IsDirectory { get; }

    /// <summary>The directory's contents and not the directory.</summary>
    public bool ContentsOnly { get; }

    /// <summary>Finds it beneath a root; null where nothing is there. Links on the way are followed inside the root, the last name's is where that is wanted.</summary>
    public static CopySource? Find(DirFd root, string path, bool follow = false)
    {
        bool contents = path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/./", StringComparison.Ordinal) || path.Trim('/').Length == 0 || path is "." or "./";
        bool mustBeDirectory = contents || path.EndsWith('/');
        string clean = CopyPath.Clean(path);
        if (contents)
            return root.TryOpenDirectory(Encoding.UTF8.GetBytes(clean), Resolve.InRoot) is { } whole ? new(whole, [], [], true, true, path.Contains('.', StringComparison.Ordinal) ? "."u8.ToArray() : "/"u8.ToArray()) : null;
        byte[] asked = Encoding.UTF8.GetBytes(CopyPath.Split(clean).Name);
        (string parent, string last) = CopyPath.Split(follow || mustBeDirectory ? CopyPath.Follow(root, clean) : clean);
        DirFd? directory = root.TryOpenDirectory(Encoding.UTF8.GetBytes(parent), Resolve.InRoot);
        byte[] name = Encoding.UTF8.GetBytes(last);
        if (directory is null || !directory.TryStatus(name, out FileStatus status) || (mustBeDirectory && !status.IsDirectory))
        {
            directory?.Dispose();
            return null;
        }
        return new(directory, name, asked, status.IsDirectory, false, asked);
    }

    /// <summary>Packs it under another name; an empty one puts its contents at the top.</summary>
    public void Pack(TreePacker packer, byte[] archiveName)
    {
        if (!ContentsOnly)
        {
            packer.Pack(_directory, _entry, archiveName);
            return;
        }
        if (archiveName.Length > 0)
            packer.PackDirectoryItself(_directory, archiveName[^1] == (byte)'/' ? archiveName : [.. archiveName, (byte)'/']);
        packer.PackContents(_directory, archiveName);
    }

    public void Dispose() => _directory.Dispose();
}
