using System.Text;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Copying;
using Slipway.Engine.Volumes;
using Slipway.Linux.Files;
using Slipway.Oci;
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
        [.. Wanted(request, image).Select(m => m.Kind switch
        {
            MountKind.Bind => ResolveBind(m),
            MountKind.Volume => ResolveVolume(id, m),
            MountKind.Image => m with { Options = context.Store.Images.Get(m.Source).Id.ToString() },
            _ => m,
        })];

    /// <summary>The layers that its image mounts show.</summary>
    public IEnumerable<Digest> LayersOf(ContainerRequest request) =>
        request.Mounts.Where(m => m.Kind is MountKind.Image).SelectMany(m => context.Store.Images.Get(m.Source).ChainIds);

    /// <summary>The same mounts without making anything: all as directories of the host, and which of those are still to be made.</summary>
    public (IReadOnlyList<MountRequest> Mounts, IReadOnlyList<string> Made) Foresee(ContainerRequest request, ImageRecord image)
    {
        MountRequest[] mounts = [.. Wanted(request, image).Select(m => m.Kind is MountKind.Bind or MountKind.Tmpfs ? m : m with { Kind = MountKind.Bind, Source = PlaceOf(m), Subpath = null })];
        return (mounts, [.. mounts.Where(m => m.Kind is MountKind.Bind).Select(m => m.Source).Where(source => !Path.Exists(source)).Distinct()]);
    }

    private string PlaceOf(MountRequest mount) => mount.Kind is MountKind.Image
        ? context.LowersOf(context.Store.Images.Get(mount.Source))[0]
        : context.Volumes.PathOf(mount.Anonymous ? "anonymous" : mount.Source);

    private List<MountRequest> Wanted(ContainerRequest request, ImageRecord image)
    {
        List<MountRequest> wanted = [.. request.Mounts];
        if (wanted.GroupBy(m => m.Target).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"Duplicate mount point: {twice.Key}");
        // What is named last counts, as with docker.
        foreach (MountRequest mount in request.VolumesFrom.Reverse().SelectMany(MountsOfOther))
        {
            // An anonymous volume is what a place has where nothing else comes there.
            wanted.RemoveAll(m => m.Target == mount.Target && m is { Kind: MountKind.Volume, Anonymous: true, IsDetailed: false, IsInherited: false });
            if (!wanted.Exists(m => m.Target == mount.Target))
                wanted.Add(mount);
        }
        foreach (string path in image.Config.Config?.Volumes?.Keys ?? [])
        {
            string target = MountParser.CleanTarget(path, path);
            if (!wanted.Exists(m => m.Target == target))
                wanted.Add(new(MountKind.Volume, "", target, ReadOnly: false, Anonymous: true) { IsInherited = true });
        }
        if (wanted.Exists(m => m.Kind is MountKind.Volume))
            VolumeDriver.Check(request.VolumeDriver);
        return wanted;
    }

    // docker's --volumes-from: the same volumes and directories at the same places, as the other has them or read-only.
    private IEnumerable<MountRequest> MountsOfOther(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon], mode = colon < 0 ? "rw" : text[(colon + 1)..];
        bool readOnly = mode.Split(',') switch { ["ro"] or ["ro", "z" or "Z"] => true, ["rw"] or ["rw", "z" or "Z"] or ["z" or "Z"] => false, _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid volumes-from: invalid mode: {mode}") };
        ContainerRecord other = new ContainerManager(context).Find(name) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"No such container: {name}");
        return other.Request.Mounts.Where(m => m.Kind is MountKind.Bind or MountKind.Volume).Select(m => m with { ReadOnly = m.ReadOnly || readOnly, Anonymous = false, NoCopy = true, IsInherited = true });
    }

    /// <summary>Fills volumes, or the parts of them that are mounted, with what the image has at their path: where nothing is yet.</summary>
    public void Fill(ContainerRequest request, ImageRecord image)
    {
        foreach (MountRequest mount in request.Mounts.Where(m => m is { Kind: MountKind.Volume, NoCopy: false }))
        {
            VolumeRecord volume = context.Volumes.Get(mount.Source);
            if (FilledPlace(volume) is { } place)
                Fill(image, mount, volume, place);
        }
    }

    // What is only there while it is mounted has nothing to be filled.
    private static string? FilledPlace(VolumeRecord volume) => volume.Options.Count == 0 ? volume.Mountpoint
        : VolumeDriver.IsBind(volume.Options) && Directory.Exists(volume.Options["device"]) ? volume.Options["device"]
        : null;

    // The mark says that a copy has begun and not ended: a killed one is done again by the next container that gets the volume, whatever
    // is in it. Until then nobody has used it, since everyone comes through here, one after the other.
    private void Fill(ImageRecord image, MountRequest mount, VolumeRecord volume, string place)
    {
        string directory = Path.GetDirectoryName(volume.Mountpoint)!;
        string mark = Path.Combine(directory, mount.Subpath is { } part ? $"filling-{Digest.Of(Encoding.UTF8.GetBytes(part)).Hex}" : "filling");
        using DirFd? target = OpenPart(place, mount.Subpath);
        if (target is null || IsUsed(target, mark))
            return;
        using FileLock turn = FileLock.Acquire(Path.Combine(directory, "lock"));
        if (!IsUsed(target, mark))
            CopyUp(image, mount.Target, target, mark);
    }

    private static bool IsUsed(DirFd target, string mark) => !File.Exists(mark) && target.List(most: 1).Count > 0;

    // A part is a container's work: a link that leads out of the volume is not followed. The start says so, and where there is no such part.
    private static DirFd? OpenPart(string place, string? subpath)
    {
        DirFd whole = DirFd.Open(place);
        if (subpath is null)
            return whole;
        using (whole)
            return whole.TryOpenDirectory(Encoding.UTF8.GetBytes(subpath), Resolve.Beneath);
    }

    private static MountRequest ResolveBind(MountRequest mount)
    {
        if (Path.Exists(mount.Source))
            return mount;
        if (!mount.CreateSource)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid mount config for type \"bind\": bind source path does not exist: {mount.Source}") { Hint = "-v makes it, and so does bind-create-src" };
        // The user sees it there afterwards.
        Directory.CreateDirectory(mount.Source);
        return mount;
    }

    private MountRequest ResolveVolume(string id, MountRequest mount)
    {
        // An anonymous one that has a name by now is another container's, in whose place this one comes.
        VolumeRecord volume = (mount is { Anonymous: true, Source.Length: > 0 } ? context.Volumes.Find(mount.Source) : null)
            ?? context.Volumes.Create(mount.Anonymous ? null : mount.Source, mount.VolumeLabels, mount.VolumeOptions);
        context.Volumes.AddUser(volume.Name, id);
        return mount with { Source = volume.Name };
    }

    private void CopyUp(ImageRecord image, string path, DirFd target, string mark)
    {
        using DirFd root = new(OverlayMount.OpenDetached(context.LowersOf(image), null, null));
        using DirFd? source = root.TryOpenDirectory(Encoding.UTF8.GetBytes(path), Resolve.InRoot);
        if (source is null)
            return;
        FileStatus status = source.Status();
        target.Handle.SetOwner(status.Uid, status.Gid);
        target.Handle.SetMode(status.Mode);
        File.WriteAllBytes(mark, []);
        TreeTransfer.Copy(packer => packer.PackContents(source, []), new PackOptions(), target, new UnpackOptions(), CancellationToken.None);
        File.Delete(mark);
    }
}
