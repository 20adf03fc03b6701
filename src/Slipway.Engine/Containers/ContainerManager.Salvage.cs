using System.Text;
using Slipway.Engine.Copying;
using Slipway.Engine.Volumes;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Store.Archives;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers;

/// <summary>What was brought into safety.</summary>
/// <param name="Container">Whose it was.</param>
/// <param name="Path">The directory, in the container.</param>
/// <param name="Volume">The volume that holds its files now.</param>
/// <param name="Files">How many files and directories.</param>
/// <param name="Bytes">Disk that they take.</param>
public sealed record Salvaged(ContainerRecord Container, string Path, VolumeRecord Volume, long Files, long Bytes);

public sealed partial class ContainerManager
{
    /// <summary>
    /// Copies a directory of a container's files (image and writable layer, or a volume that is mounted there) into a new volume: names, owners,
    /// modes, times, attributes, links and holes. The container may run, be stopped, or lie in the trash; one that runs stands still meanwhile.
    /// </summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="path">The directory, absolute.</param>
    /// <param name="volume">The name of the new volume.</param>
    /// <param name="pause">Whether one that runs stands still: else what it writes meanwhile may be torn.</param>
    /// <param name="cancel">Stops it; nothing stays.</param>
    /// <exception cref="SlipwayException">NotFound: no such container or directory; Conflict: there is such a volume; Exhausted: the disk is full.</exception>
    public Salvaged Salvage(string nameOrId, string path, string volume, bool pause, CancellationToken cancel)
    {
        if (_context.Volumes.Find(volume) is not null)
            throw new SlipwayException(ErrorKind.Conflict, $"salvage to {volume}: there is a volume of that name already") { Hint = "say another name with --to" };
        ContainerRecord record = Find(nameOrId) ?? FindRemoved(nameOrId) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container, nor in the trash: {nameOrId}");
        // What is left of a killed one is swept as any work of the store is.
        return _context.Store.Collector.UnderLease("salvage", _ => Salvage(record, path, volume, pause, cancel));
    }

    private Salvaged Salvage(ContainerRecord record, string path, string volume, bool pause, CancellationToken cancel)
    {
        using var staging = LockedDirectory.Create(_context.Options.StorePaths.Tmp, "stage-");
        staging.Directory.MakeDirectory("_data"u8);
        using (DirFd target = staging.Directory.OpenDirectory("_data"u8))
        using (pause && record is { IsRunning: true, IsPaused: false } ? CommitPause.Begin(_context.Paths.Run(record.Id), cancel) : null)
            WithFiles(record, (root, owners) => CopyDirectory(root, owners, path, target, record, cancel));
        (long bytes, long files) = TreeUsage.Measure(Path.Combine(staging.Path, "_data"), cancel);
        var labels = new Dictionary<string, string> { ["slipway.salvaged.from"] = $"{record.Id}:{path}", ["slipway.salvaged.at"] = _context.Now.ToString("O") };
        using (SafeFd place = FileDescriptor.Open(staging.Path, OpenFlags.ReadOnly | OpenFlags.Directory))
            place.FlushFileSystem();
        return new(record, path, _context.Volumes.Adopt(volume, labels, staging), files, bytes);
    }

    private static void CopyDirectory(DirFd root, OwnerMap? owners, string path, DirFd target, ContainerRecord record, CancellationToken cancel)
    {
        using DirFd source = root.TryOpenDirectory(Encoding.UTF8.GetBytes(path.Trim('/') is { Length: > 0 } inside ? inside : "."), Resolve.InRoot)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"salvage: there is no directory {Printable.Escape(path)} in container {record.Name}");
        FileStatus status = source.Status();
        TreeTransfer.Copy(packer => packer.PackContents(source, []), new PackOptions { ExactTimes = true, Owners = owners }, target, new UnpackOptions { MakeHoles = true }, cancel);
        (uint uid, uint gid) = owners?.Inside((status.Uid, status.Gid)) ?? (status.Uid, status.Gid);
        target.Handle.SetOwner(uid, gid);
        target.Handle.SetMode(status.Mode);
        target.Handle.SetTime(status.Modified);
    }

    // Its files as it sees them, with what is mounted there; of one in the trash without.
    private void WithFiles(ContainerRecord record, Action<DirFd, OwnerMap?> work)
    {
        if (_context.Containers.FindById(record.Id) is not null)
        {
            WithRoot(record, "archive-path", work);
            return;
        }
        // Nothing writes there, and nothing shall: all of it as lower layers.
        string layer = _context.Paths.Upper(record.Id);
        using DirFd mount = new(OverlayMount.OpenDetached([layer, .. _context.LowersOf(_context.Store.Images.Get(record.ImageId.ToString()))], null, null));
        work(mount, null);
    }
}
