using Slipway.Build.Cache;
using Slipway.Engine.Containers;
using Slipway.Engine.Trash;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Disk;

public sealed partial class DiskUsageReader
{
    private const string Blobs = "content/blobs/sha256", Recipes = "content/recipes/sha256", Ingest = "content/ingest", Layers = "layers", CacheFiles = "cache";

    /// <summary>The whole data root. Whose a layer or blob is: an image's, else a container's whose image is gone, else builds' (their cache, and RUNs that failed), else nobody's.</summary>
    public DiskUsage Read(IReadOnlyList<ContainerRecord> containers, CancellationToken cancellation)
    {
        IReadOnlyList<ImageRecord> images = _context.Store.Images.List();
        List<Volumes.VolumeRecord> volumes = [.. _context.Volumes.List()];
        var meter = DataRootMeter.Measure(_context.Options.DataRoot, cancellation);
        Dictionary<Digest, int> users = images.SelectMany(PartsOf).CountBy(p => p).ToDictionary();
        HashSet<Digest> used = [.. containers.Select(c => c.ImageId)];
        HashSet<Digest> needed = [.. images.Where(i => used.Contains(i.Id)).SelectMany(PartsOf)];

        IReadOnlyList<CacheRecord> cache = new BuildCache(_context.Store, _context.Options.Clock).List();
        IReadOnlyList<TrashedItem> trash = _context.Trash.List();
        ILookup<string, Digest> pinned = _context.Store.Leases.Pins().ToLookup(p => PrefixOf(p.User), p => p.ChainId);
        HashSet<Digest> ofContainers = StacksOf(pinned[ContainerManager.PinPrefix]), ofTrash = StacksOf(pinned[TrashKeeper.PinPrefix]), ofCache = StacksOf(pinned[""]);
        ofContainers.ExceptWith(users.Keys);
        ofCache.ExceptWith(users.Keys);
        ofCache.ExceptWith(ofContainers);
        ofTrash.ExceptWith(users.Keys.Concat(ofContainers).Concat(ofCache));

        List<ImageUsageLine> imageLines = [.. images.Select(i => new ImageUsageLine(
            i, PartsOf(i).Where(p => users[p] == 1).Sum(p => Bytes(meter, p)), PartsOf(i).Where(p => users[p] > 1).Sum(p => Bytes(meter, p)), containers.Count(c => c.ImageId == i.Id)))];
        List<ContainerUsageLine> containerLines = [.. containers.Select(c => new ContainerUsageLine(
            c, OfContainer(meter, c.Id)))];
        List<VolumeUsageLine> volumeLines = [.. volumes.Select(v => new VolumeUsageLine(v, _context.Volumes.CountUsers(v.Name), meter.Of("volumes", v.Name)))];

        long stray = ofContainers.Sum(l => Bytes(meter, l)), downloads = meter.In(Ingest).Sum(e => e.Value), cached = ofCache.Sum(l => Bytes(meter, l)) + meter.In(CacheFiles).Sum(e => e.Value);
        long trashed = trash.Sum(i => i.Kind is TrashedKind.Container ? OfContainer(meter, i.Id) : meter.Of("trash", i.Id)) + ofTrash.Sum(l => Bytes(meter, l));
        UsageLine[] lines =
        [
            new("Images", images.Count, used.Count(id => images.Any(i => i.Id == id)), users.Keys.Sum(p => Bytes(meter, p)), users.Keys.Where(p => !needed.Contains(p)).Sum(p => Bytes(meter, p))),
            new("Containers", containers.Count, containers.Count(c => c.IsRunning), containerLines.Sum(c => c.Bytes) + stray, containerLines.Where(c => !c.Container.IsRunning).Sum(c => c.Bytes)),
            new("Local Volumes", volumes.Count, volumeLines.Count(v => v.Users > 0), volumeLines.Sum(v => v.Bytes), volumeLines.Where(v => v.Users == 0).Sum(v => v.Bytes)),
            new("Build Cache", cache.Count, cache.Count(c => c.IsInUse), cached, Math.Max(0, cached - cache.Where(c => c.IsInUse).Sum(c => c.Bytes))),
            new("Trash", trash.Count, 0, trashed, trashed),
            new("Downloads", meter.In(Ingest).Count(), 0, downloads, downloads),
        ];
        long left = meter.Entries.Values.Sum() - lines.Sum(l => l.Bytes);
        return new()
        {
            Lines = [.. lines, new("Leftovers", CountLeftovers(meter, [.. users.Keys, .. ofContainers, .. ofCache, .. ofTrash], [.. containers.Select(c => c.Id), .. trash.Select(i => i.Id)], volumes), 0, left, left), new("Metadata", 1, 1, meter.Rest, 0)],
            Images = imageLines,
            Containers = containerLines,
            Volumes = volumeLines,
            Cache = cache,
        };
    }

    // Digests of layers and of blobs never meet: the former are of names and tars, and a plain tar that is a blob too is counted with its layer.
    private static IEnumerable<Digest> PartsOf(ImageRecord image) =>
        image.ChainIds.Concat(image.Manifest.Layers.Select(l => l.Digest)).Append(image.Manifest.Config.Digest).Append(image.Id).Distinct();

    private static long Bytes(DataRootMeter meter, Digest part) => meter.Of(Layers, part.Hex) + meter.Of(Blobs, part.Hex) + meter.Of(Recipes, part.Hex);

    private static string PrefixOf(string user) =>
        user.StartsWith(ContainerManager.PinPrefix, StringComparison.Ordinal) ? ContainerManager.PinPrefix
        : user.StartsWith(TrashKeeper.PinPrefix, StringComparison.Ordinal) ? TrashKeeper.PinPrefix
        : "";

    // The log is one file, or several after it was rotated.
    private static long OfContainer(DataRootMeter meter, string id) =>
        meter.Of("containers", id) + meter.Of("work", id) + meter.Of("logs", id + ".log") + meter.Of("exits", id + ".json");

    // A layer keeps those below it.
    private HashSet<Digest> StacksOf(IEnumerable<Digest> tops)
    {
        var all = new HashSet<Digest>();
        foreach (Digest top in tops)
        {
            for (Digest? at = top; at is { } layer && all.Add(layer);)
                at = _context.Store.Layers.Find(layer)?.Parent;
        }
        return all;
    }

    private static int CountLeftovers(
        DataRootMeter meter, HashSet<Digest> known, HashSet<string> ids, List<Volumes.VolumeRecord> volumes)
    {
        HashSet<string> parts = [.. known.Select(d => d.Hex)], names = [.. volumes.Select(v => v.Name)];
        return meter.Entries.Keys.Count(entry => entry.Place switch
        {
            Blobs or Recipes or Layers => !parts.Contains(entry.Name),
            "containers" or "work" or "logs" or "exits" => !ids.Contains(entry.Name.Split('.')[0]),
            "trash" => !ids.Contains(entry.Name),
            "volumes" => !names.Contains(entry.Name),
            Ingest or CacheFiles => false,
            _ => true,
        });
    }
}
