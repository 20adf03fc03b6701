using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Oci;

namespace Slipway.Store.Snapshots;

/// <summary>Overlay mounts that are attached nowhere: only who has the handle sees one, and it is gone when the handle closes.</summary>
public static class OverlayMount
{
    /// <summary>overlayfs' own limit (OVL_MAX_STACK).</summary>
    public const int MostLayers = 500;

    // lowerdir+ (overlayfs.rst).
    private static readonly Version s_lowerByLower = new(6, 8);

    /// <summary>Mounts a stack of layers. The handle is an O_PATH descriptor of the root: use <see cref="DirFd"/> on a reopened one, with <see cref="Resolve.InRoot"/>.</summary>
    /// <param name="lowersTopFirst">At least one directory, the top layer first.</param>
    /// <param name="upper">The writable directory; null mounts read-only.</param>
    /// <param name="work">An empty directory beside <paramref name="upper"/> on the same file system; null exactly when that is.</param>
    /// <param name="within">Where all of them are looked up; null: where the paths lead.</param>
    /// <param name="isVolatile">What is written need not survive the host; the work directory must go before the next mount.</param>
    /// <exception cref="SlipwayException">InvalidArgument: too many layers.</exception>
    /// <exception cref="LinuxException">EPERM: the host denies mounts; or what the kernel says of these directories.</exception>
    public static SafeFd OpenDetached(IReadOnlyList<string> lowersTopFirst, string? upper, string? work, OverlayPlaces? within = null, bool isVolatile = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lowersTopFirst.Count);
        if (lowersTopFirst.Count > MostLayers)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"mount an overlay of {lowersTopFirst.Count} layers: the kernel takes {MostLayers}");
        if (upper is null && lowersTopFirst.Count == 1)
            return Single(lowersTopFirst[0], within);
        // Every directory is named by a descriptor: fsconfig takes values of at most 255 bytes, and overlayfs reads colons and commas.
        var places = new List<SafeFd>();
        try
        {
            using FsContext context = FsContext.Open("overlay");
            // mountinfo's source; without one it says "none".
            context.Set("source", "slipway");
            SetLowers(context, lowersTopFirst, within, places);
            if (upper is not null)
            {
                context.Set("upperdir", Place(upper, within, places));
                context.Set("workdir", Place(work ?? throw new ArgumentNullException(nameof(work)), within, places));
            }
            // Off, whatever the host's default is: layers are read by others (unpacked, packed, compared) who know whiteouts only.
            foreach ((string key, string value) in (ReadOnlySpan<(string, string)>)[("index", "off"), ("redirect_dir", "off"), ("metacopy", "off"), ("xino", "off")])
                context.Set(key, value);
            if (isVolatile)
                context.SetFlag("volatile");
            return context.Mount(upper is null ? MountAttributes.ReadOnly : MountAttributes.None);
        }
        finally
        {
            places.ForEach(p => p.Dispose());
        }
    }

    // overlayfs wants two layers for a read-only mount; one shows as it is.
    private static SafeFd Single(string layer, OverlayPlaces? within)
    {
        using SafeFd place = Open(layer, within);
        SafeFd clone = MountTree.Clone(place);
        MountTree.SetAttributes(clone, MountAttributes.ReadOnly);
        return clone;
    }

    private static void SetLowers(FsContext context, IReadOnlyList<string> lowers, OverlayPlaces? within, List<SafeFd> places)
    {
        var paths = new List<string>();
        foreach (string lower in lowers)
            paths.Add(Place(lower, within, places));
        if (Environment.OSVersion.Version < s_lowerByLower)
        {
            // Only the list in one value, which ends at some fifteen layers. Trying wouldn't tell: kernels before 6.5 take any key, and
            // refuse it with the mount.
            context.Set("lowerdir", string.Join(':', paths));
            return;
        }
        foreach (string path in paths)
            context.Set("lowerdir+", path);
    }

    private static string Place(string path, OverlayPlaces? within, List<SafeFd> places)
    {
        SafeFd place = Open(path, within);
        places.Add(place);
        return place.ProcPath;
    }

    private static SafeFd Open(string path, OverlayPlaces? within) => within?.Open(path) ?? FileDescriptor.Open(path, OpenFlags.Path | OpenFlags.Directory);
}
