using System.Text;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;

namespace Slipway.Engine.Copying;

/// <summary>Copies one path to another, by the rules of <c>docker cp</c> for what exists at the destination.</summary>
internal static class PathCopier
{
    /// <summary>Copies <paramref name="source"/> to a path beneath a root.</summary>
    /// <exception cref="SlipwayException">NotFound: the destination's directory is not there. InvalidArgument: a directory onto a file.</exception>
    public static void Copy(CopySource source, DirFd targetRoot, string targetPath, bool keepOwners, CancellationToken cancel)
    {
        bool wantsDirectory = targetPath.EndsWith('/') || targetPath.EndsWith("/.", StringComparison.Ordinal) || targetPath == ".";
        string clean = CopyPath.Clean(targetPath);
        using DirFd? existing = targetRoot.TryOpenDirectory(Bytes(clean.Length == 0 ? "." : clean), Resolve.InRoot);
        if (existing is not null)
        {
            // Into the directory: under its own name, or its contents alone.
            Transfer(source, source.ContentsOnly ? [] : source.Name, existing, keepOwners, cancel);
            return;
        }
        if (wantsDirectory && !source.IsDirectory)
            throw new SlipwayException(ErrorKind.NotFound, $"destination directory '{targetPath}' must exist");
        // A link is written through, to wherever it leads in the root.
        (string parent, string name) = CopyPath.Split(CopyPath.Follow(targetRoot, clean));
        using DirFd directory = targetRoot.TryOpenDirectory(Bytes(parent), Resolve.InRoot)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"no such directory: {parent}");
        bool ontoFile = directory.TryStatus(Bytes(name), out FileStatus status) && !status.IsDirectory;
        if (ontoFile && source.IsDirectory)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"cannot copy directory to '{targetPath}', which is a file");
        Transfer(source, Bytes(name), directory, keepOwners, cancel);
    }

    private static void Transfer(CopySource source, byte[] name, DirFd target, bool keepOwners, CancellationToken cancel) =>
        TreeTransfer.Copy(
            packer => source.Pack(packer, name), new PackOptions(), target,
            new UnpackOptions { KeepDirectoryLinks = true, Owner = keepOwners ? null : (0, 0) }, cancel);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
