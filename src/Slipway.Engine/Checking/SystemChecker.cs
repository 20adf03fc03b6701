using Slipway.Engine.Containers;
using Slipway.Engine.Images;
using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Store.Checking;
using Slipway.Store.Images;

namespace Slipway.Engine.Checking;

/// <summary>Looks through everything that is kept: the images' side by <see cref="StoreChecker"/>, then containers and volumes against their rows.</summary>
public sealed class SystemChecker
{
    private readonly EngineContext _context;
    private readonly RegistryManager _registries;

    internal SystemChecker(EngineContext context, RegistryManager registries)
    {
        _context = context;
        _registries = registries;
    }

    /// <summary>Checks these images: their documents, blobs and unpacked files. Changes nothing.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public IReadOnlyList<Finding> Verify(IReadOnlyList<string> images, Action<string>? progress, CancellationToken cancellation) => StoreChecker.Check(
        _context.Store,
        new() { Images = images.Count == 0 ? null : [.. images.Select(name => _context.Store.Images.Get(name).Id)], Progress = progress },
        cancellation);

    /// <summary>Checks all there is. With <paramref name="repair"/>, mends what can be mended from what is whole, here or in the registry that an image is from.</summary>
    public IReadOnlyList<Finding> Check(IReadOnlyList<ContainerRecord> containers, bool repair, Action<string>? progress, CancellationToken cancellation)
    {
        HashSet<Digest> inUse = [.. containers.Where(c => c.IsRunning).Select(c => _context.Store.Images.Find(c.ImageId.ToString())).OfType<ImageRecord>().SelectMany(i => i.ChainIds)];
        var registry = new RegistryBlobs(_context, _registries);
        var options = new CheckOptions
        {
            Repair = repair,
            IsInUse = inUse.Contains,
            Progress = progress,
            Fetch = (_, blob) =>
            {
                progress?.Invoke($"fetching blob {blob.Digest.Short}");
                return registry.Fetch(blob, cancellation) is not null;
            },
        };
        return [.. StoreChecker.Check(_context.Store, options, cancellation), .. Containers(containers), .. Volumes()];
    }

    private IEnumerable<Finding> Containers(IReadOnlyList<ContainerRecord> containers)
    {
        foreach (ContainerRecord container in containers)
        {
            if (!Directory.Exists(_context.Paths.Upper(container.Id)))
                yield return new($"container {container.Name}", "its writable layer is missing", Note: $"what it had written is lost: 'slip rm {container.Name}'");
            if (_context.Store.Images.Find(container.ImageId.ToString()) is null)
                yield return new($"container {container.Name}", $"its image {container.ImageId.Short} is not in the store", Note: "it can't be started: load or pull the image again");
        }
        HashSet<string> known = [.. containers.Select(c => c.Id), .. _context.Trash.List().Select(i => i.Id)];
        foreach (string path in Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_context.Paths.Upper("x"))!))
        {
            // Another slip may have made it a moment ago.
            if (!known.Contains(Path.GetFileName(path)) && _context.Containers.FindById(Path.GetFileName(path)) is null && Path.Exists(path))
                yield return new($"'{path}'", "a writable layer that no container has", Note: "nothing of ours leaves one: look what is in it before you remove it");
        }
    }

    private IEnumerable<Finding> Volumes()
    {
        foreach (Volumes.VolumeRecord volume in _context.Volumes.List())
        {
            if (!Directory.Exists(volume.Mountpoint))
                yield return new($"volume {volume.Name}", "its directory is missing", Note: $"what it held is lost: 'slip volume rm {volume.Name}'");
        }
    }
}
