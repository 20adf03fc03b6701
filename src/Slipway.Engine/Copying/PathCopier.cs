using System.Text;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Store.Archives;

namespace Slipway.Engine.Copying;

/// <summary>Copies one path to another, by the rules of <c>docker cp</c> for what exists at the destination.</summary>
internal static class PathCopier
{
    /// <summary>Copies <paramref name="source"/> to a path beneath a root.</summary>
    /// <param name="source">What.</param>
    /// <param name="targetRoot">The root.</param>
    /// <param name="targetPath">The path.</param>
    /// <param name="keepOwners">Not root's.</param>
    /// <param name="pack">How the source is read.</param>
    /// <param name="owners">The ids of the target, where they are not the host's.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="SlipwayException">NotFound: the destination's directory is not there. InvalidArgument: a directory onto a file.</exception>
    public static void Copy(CopySource source, DirFd targetRoot, string targetPath, bool keepOwners, PackOptions pack, OwnerMap? owners, CancellationToken cancel)
    {
        bool wantsDirectory = targetPath.EndsWith('/') || targetPath.EndsWith("/.", StringComparison.Ordinal) || targetPath == ".";
        string clean = CopyPath.Clean(targetPath);
        using DirFd? existing = targetRoot.TryOpenDirectory(Bytes(clean.Length == 0 ? "." : clean), Resolve.InRoot);
        if (existing is not null)
        {
            // Into the directory: under its own name, or its contents alone.
            Transfer(source, source.ContentsOnly ? [] : source.Name, existing, keepOwners, pack, owners, cancel);
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
        Transfer(source, Bytes(name), directory, keepOwners, pack, owners, cancel);
    }

    private static void Transfer(CopySource source, byte[] name, DirFd target, bool keepOwners, PackOptions pack, OwnerMap? owners, CancellationToken cancel) =>
        TreeTransfer.Copy(
            packer => source.Pack(packer, name), pack, target,
            new UnpackOptions { KeepDirectoryLinks = true, Replaces = DirectoryReplacement.Never, Owner = keepOwners ? null : (0, 0), Owners = owners }, cancel);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
