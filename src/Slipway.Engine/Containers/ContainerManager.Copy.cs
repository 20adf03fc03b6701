using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Copying;
using Slipway.Engine.Networks;
using Slipway.Linux.Files;
using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Users;
using Slipway.Store.Archives;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    // docker's names for what happens.
    private const string Extraction = "extract-to-dir";

    /// <summary>Copies a path of a container, running or not, to the host, or as a tar archive to a stream.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="path">In the container.</param>
    /// <param name="hostPath">Where to; not looked at with <paramref name="archive"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="archive">Takes a tar archive instead.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="SlipwayException">NotFound: the path, or the destination's directory.</exception>
    public void CopyOut(string nameOrId, string path, string hostPath, CopyOptions options, Stream? archive = null, CancellationToken cancel = default) => WithRoot(Get(nameOrId), "archive-path", (root, owners) =>
    {
        var pack = new PackOptions { Owners = owners, LeavesOut = new SystemMounts(root, Get(nameOrId).Request).Holds };
        using DirFd? names = OpenNameFile(nameOrId, path);
        using CopySource source = (names is null ? CopySource.Find(root, path, options.FollowLink) : CopySource.Find(names, Path.GetFileName(path)))
            ?? throw Missing(root, path, nameOrId);
        if (archive is not null)
        {
            TreeTransfer.Write(packer => source.Pack(packer, source.ArchiveName), pack, archive, cancel);
            return;
        }
        using DirFd host = DirFd.Open("/");
        PathCopier.Copy(source, host, HostPath(hostPath), options.KeepOwners, pack, null, cancel);
    }, cancel);

    /// <summary>Copies a path of the host, or a tar archive, into a container, running or not.</summary>
    /// <inheritdoc cref="CopyOut"/>
    public void CopyIn(string nameOrId, string hostPath, string path, CopyOptions options, Stream? archive = null, CancellationToken cancel = default) => WithRoot(Get(nameOrId), Extraction, (root, owners) => ContainerUsers.AsRootOf(owners, () =>
    {
        RequireWritable(Get(nameOrId), root, path);
        if (archive is not null)
        {
            using DirFd target = root.TryOpenDirectory(System.Text.Encoding.UTF8.GetBytes(CopyPath.Clean(path) is { Length: > 0 } clean ? clean : "."), Resolve.InRoot)
                ?? throw Missing(root, path, nameOrId, "extraction point is not a directory");
            using Stream plain = Compression.OpenArchive(archive, leaveOpen: true);
            var unpack = new UnpackOptions
            {
                KeepDirectoryLinks = true,
                Replaces = options.ReplacesDirectories ? DirectoryReplacement.Whole : DirectoryReplacement.Never,
                Owner = options.OwnedByUser && UserOf(Get(nameOrId)) is { Length: > 0 } ? OwnerIn(root, nameOrId) : options.KeepOwners ? null : (0, 0),
                Owners = owners,
            };
            new TreeUnpacker(target, unpack).Unpack(new TarEntryReader(plain) { MayLackEnd = true, MayBeEmpty = true }, cancel);
            return;
        }
        using DirFd host = DirFd.Open("/");
        using CopySource source = CopySource.Find(host, HostPath(hostPath), options.FollowLink)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"lstat {hostPath}: no such file or directory");
        PathCopier.Copy(source, root, path, options.KeepOwners, new(), owners, cancel);
    }), cancel);

    /// <summary>What is at a path of a container, running or not: itself where it is a link.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public PathStatus StatusOf(string nameOrId, string path)
    {
        PathStatus? found = null;
        WithRoot(Get(nameOrId), null, (root, _) =>
        {
            using DirFd? names = OpenNameFile(nameOrId, path);
            found = (names is null ? PathStatus.Find(root, path) : PathStatus.Find(names, Path.GetFileName(path))) ?? throw Missing(root, path, nameOrId);
        });
        return found!;
    }

    // Hosts, resolv.conf and the host's name of a container that ran: they lie beside its layers and are seen over them. Null for any other path, and while it
    // runs, since they are in its root then.
    private DirFd? OpenNameFile(string nameOrId, string path)
    {
        ContainerRecord record = Get(nameOrId);
        string directory = _context.Paths.NameFiles(record.Id);
        return !record.IsRunning && NameFiles.Mounts(directory, record.Request).Any(m => m.Destination == path && File.Exists(m.Source)) ? DirFd.Open(directory) : null;
    }

    // One that doesn't run has nothing yet that would keep it as it shall be.
    private static void RequireWritable(ContainerRecord record, DirFd root, string path)
    {
        string at = "/" + CopyPath.Follow(root, path);
        MountRequest? mount = record.Request.Mounts.Where(m => at == m.Target || at.StartsWith(m.Target + "/", StringComparison.Ordinal)).MaxBy(m => m.Target.Length);
        if (mount is { ReadOnly: true })
            throw new SlipwayException(ErrorKind.Denied, "mounted volume is marked read-only");
        if (mount is null && record.Request.Security.ReadOnly)
            throw new SlipwayException(ErrorKind.Denied, "container rootfs is marked read-only");
    }

    // A path that asks for a directory by its end may well be there.
    private static SlipwayException Missing(DirFd root, string path, string nameOrId, string notDirectory = "not a directory") =>
        CopyPath.Clean(path) is { Length: > 0 } clean && PathStatus.Find(root, clean) is not null
            ? new(ErrorKind.InvalidArgument, path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) ? $"lstat {path}: not a directory" : notDirectory)
            : new(ErrorKind.NotFound, $"Could not find the file {path} in container {nameOrId}");

    // One that doesn't run has its volumes where they would be, as if it ran: for as long as the work takes, and nobody else sees them.
    // One that runs with ids of its own shows those of the host: the work is told which are which.
    private void WithRoot(ContainerRecord record, string? action, Action<DirFd, OwnerMap?> work, CancellationToken cancel = default)
    {
        RequireNobodyInside(record);
        // The places of volumes may have to be made first.
        bool writes = action == Extraction || record.Request.Mounts.Count > 0 || WorkingDirectory.IsMissing(_context, record);
        using FileLock? turn = TakeTurn(ref record, writes, cancel);
        using DirFd root = OpenRoot(record, writes);
        if (writes && !record.IsRunning)
            WorkingDirectory.Make(_context, record, root);
        using var given = new GivenDescriptors(0);
        if (record.IsRunning || record.Request.Mounts.Count == 0)
            work(root, record.IsRunning ? ContainerUsers.MapOf(_context, record) : null);
        else
            PrivateMounts.With(root, new ContainerMounts(_context, record, given).OpenTrees(), _context.Options.RunRoot, mounted => work(mounted, null));
        if (action is not null)
            _context.Events.Container(record, action);
    }

    // One writable layer is in one mount at a time (overlayfs: what two of them do is undefined): copies of a container that doesn't run wait for each other, and
    // its start waits for them. Null where it runs, and all are in the mount that is there.
    private FileLock? TakeTurn(ref ContainerRecord record, bool writes, CancellationToken cancel)
    {
        string id = record.Id, path = _context.Paths.Copying(id);
        while (true)
        {
            using (ContainerLock held = ContainerLock.Take(_context.Paths, id))
            {
                record = Get(id);
                if (record.IsActive)
                    return null;
                RequireNobodyInside(record);
                if (FileLock.TryAcquire(path, shared: !writes) is { } turn)
                    return turn;
            }
            // Not under the container's lock, which others need.
            FileLock.Acquire(path, shared: !writes, cancel).Dispose();
        }
    }

    private void WaitForCopies(string id)
    {
        if (File.Exists(_context.Paths.Copying(id)))
            FileLock.Acquire(_context.Paths.Copying(id)).Dispose();
    }

    // Where nobody is named, docker leaves the archive's owners.
    private string? UserOf(ContainerRecord record) => record.Request.User ?? _context.Store.Images.Find(record.ImageId.ToString())?.Config.Config?.User;

    private (uint Uid, uint Gid) OwnerIn(DirFd root, string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        string? user = UserOf(record);
        UserSpec found = UserResolver.Resolve(root, user is { Length: > 0 } ? user : "0", []).Spec;
        return (found.Uid, found.Gid);
    }

    // The ends of a path mean something to cp ("/." and "/"), so they survive being made absolute.
    private static string HostPath(string path)
    {
        string full = Path.GetFullPath(path);
        if (path.EndsWith("/.", StringComparison.Ordinal) || path == ".")
            return full.TrimEnd('/') + "/.";
        return path.EndsWith('/') && !full.EndsWith('/') ? full + "/" : full;
    }
}
