using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Layers;

namespace Slipway.Store.Gc;

/// <content>What nothing refers to, which a collection that looks only at what was let go leaves alone.</content>
public sealed partial class Collector
{
    /// <summary>Every layer and blob that no image, lease or pin reaches. Costs by how much the store holds.</summary>
    /// <param name="forecast">Whose images and pins count for nothing; null: nobody's.</param>
    public IReadOnlyList<Garbage> FindGarbage(Forecast? forecast = null) => _database.InSnapshot<IReadOnlyList<Garbage>>(() =>
    {
        var reachable = new Reachability(_database, _layers, null, forecast);
        return
        [
            .. _layers.List().Where(l => !reachable.HasLayer(l.ChainId)).Select(l => new Garbage(true, l.ChainId, _layers.DiskBytesOf(l), ChangedAt(Path.Join(_paths.Layers, l.ChainId.Hex)))),
            .. _blobs.List().Where(b => !reachable.HasBlob(b)).Select(b => new Garbage(false, b, _blobs.DiskBytesOf(b), ChangedAt(_blobs.PathOf(b)))),
        ];
    });

    /// <summary>Of these, takes away what still nothing reaches, and no layer that another stands on which stays.</summary>
    public Collected Collect(IReadOnlyCollection<Garbage> garbage) => Collect(
        () =>
        {
            HashSet<Digest> layers = [.. garbage.Where(g => g.IsLayer).Select(g => g.Digest)];
            Dictionary<Digest, LayerInfo> all = _layers.List().ToDictionary(l => l.ChainId);
            foreach (LayerInfo staying in all.Values.Where(l => !layers.Contains(l.ChainId)).ToList())
            {
                for (LayerInfo? at = staying; at?.Parent is { } parent && layers.Remove(parent);)
                    at = all.GetValueOrDefault(parent);
            }
            return new Suspects([.. garbage.Where(g => !g.IsLayer).Select(g => g.Digest)], [.. layers]);
        },
        null);

    private static DateTimeOffset ChangedAt(string path)
    {
        using DirFd parent = DirFd.Open(Path.GetDirectoryName(path)!);
        return parent.TryStatus(System.Text.Encoding.ASCII.GetBytes(Path.GetFileName(path)), out FileStatus status) ? status.Changed.ToDateTimeOffset() : DateTimeOffset.UnixEpoch;
    }
}
