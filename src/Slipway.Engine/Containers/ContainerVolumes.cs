using System.Text;
using Slipway.Engine.Copying;
using Slipway.Engine.Volumes;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Store.Archives;
using Slipway.Store.Images;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers;

/// <summary>A container's volumes: made with it, filled from its image on first use, mounted at each start.</summary>
internal sealed class ContainerVolumes(EngineContext context)
{
    /// <summary>
    /// The mounts of a new container: those asked for and the image's own VOLUMEs, each with its volume made and noted as used.
    /// </summary>
    public IReadOnlyList<MountRequest> Claim(string id, ContainerRequest request, ImageRecord image) =>
        [.. Wanted(request, image).Select(m => m.Kind is MountKind.Bind ? ResolveBind(m) : ResolveVolume(id, m))];

    /// <summary>The same mounts without making anything: all as directories of the host, and which of those are still to be made.</summary>
    public (IReadOnlyList<MountRequest> Mounts, IReadOnlyList<string> Made) Foresee(ContainerRequest request, ImageRecord image)
    {
        MountRequest[] mounts = [.. Wanted(request, image).Select(m => m.Kind is MountKind.Bind ? m : m with { Kind = MountKind.Bind, Source = PlaceOf(m) })];
        return (mounts, [.. mounts.Select(m => m.Source).Where(source => !Path.Exists(source)).Distinct()]);
    }

    private string PlaceOf(MountRequest mount) => context.Volumes.PathOf(mount.Anonymous ? "anonymous" : mount.Source);

    private static List<MountRequest> Wanted(ContainerRequest request, ImageRecord image)
    {
        List<MountRequest> wanted = [.. request.Mounts];
        if (wanted.GroupBy(m => m.Target).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"Duplicate mount point: {twice.Key}");
        foreach (string path in image.Config.Config?.Volumes?.Keys ?? [])
        {
            string target = MountParser.CleanTarget(path, path);
            if (!wanted.Exists(m => m.Target == target))
                wanted.Add(new(MountKind.Volume, "", target, ReadOnly: false, Anonymous: true));
        }
        return wanted;
    }

    /// <summary>Fills volumes that are empty with what the image has at their path.</summary>
    public void Fill(ContainerRequest request, ImageRecord image)
    {
        foreach (MountRequest mount in request.Mounts.Where(m => m.Kind is MountKind.Volume))
            Fill(image, mount.Target, context.Volumes.Get(mount.Source));
    }

    // The mark says that a copy has begun and not ended: a killed one is done again by the next container that gets the volume, whatever
    // is in it. Until then nobody has used it, since everyone comes through here, one after the other.
    private void Fill(ImageRecord image, string path, VolumeRecord volume)
    {
        string directory = Path.GetDirectoryName(volume.Mountpoint)!;
        string mark = Path.Combine(directory, "filling");
        if (!File.Exists(mark) && Directory.EnumerateFileSystemEntries(volume.Mountpoint).Any())
            return;
        using FileLock turn = FileLock.Acquire(Path.Combine(directory, "lock"));
        if (!File.Exists(mark) && Directory.EnumerateFileSystemEntries(volume.Mountpoint).Any())
            return;
        CopyUp(image, path, volume, mark);
    }

    /// <summary>The mounts as the runtime's configuration names them, outer ones first.</summary>
    public IEnumerable<MountSpec> MountsOf(ContainerRequest request) =>
        request.Mounts.OrderBy(m => m.Target, StringComparer.Ordinal).Select(m => new MountSpec
        {
            Destination = m.Target,
            Type = "bind",
            Source = m.Kind is MountKind.Bind ? m.Source : context.Volumes.Get(m.Source).Mountpoint,
            Options = ["rbind", "rprivate", m.ReadOnly ? "ro" : "rw"],
        });

    private static MountRequest ResolveBind(MountRequest mount)
    {
        // docker -v makes a missing directory of the host; the user sees it there afterwards.
        if (!Path.Exists(mount.Source))
            Directory.CreateDirectory(mount.Source);
        return mount;
    }

    private MountRequest ResolveVolume(string id, MountRequest mount)
    {
        VolumeRecord volume = context.Volumes.Create(mount.Anonymous ? null : mount.Source);
        context.Volumes.AddUser(volume.Name, id);
        return mount with { Source = volume.Name };
    }

    private void CopyUp(ImageRecord image, string path, VolumeRecord volume, string mark)
    {
        using DirFd root = new(OverlayMount.OpenDetached(context.LowersOf(image), null, null));
        using DirFd? source = root.TryOpenDirectory(Encoding.UTF8.GetBytes(path), Resolve.InRoot);
        if (source is null)
            return;
        using DirFd target = DirFd.Open(volume.Mountpoint);
        FileStatus status = source.Status();
        target.Handle.SetOwner(status.Uid, status.Gid);
        target.Handle.SetMode(status.Mode);
        File.WriteAllBytes(mark, []);
        TreeTransfer.Copy(packer => packer.PackContents(source, []), new PackOptions(), target, new UnpackOptions(), CancellationToken.None);
        File.Delete(mark);
    }
}
