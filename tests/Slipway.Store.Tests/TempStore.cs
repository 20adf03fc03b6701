using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Tests.Images.Archives;

namespace Slipway.Store.Tests;

/// <summary>A store of its own for one test, gone afterwards.</summary>
internal sealed class TempStore : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("slipway-test-");

    public TempStore()
    {
        Paths = new StorePaths(Path.Join(_root.FullName, "data"), Path.Join(_root.FullName, "run"));
        Storage = Open();
    }

    public StorePaths Paths { get; }

    public ImageStorage Storage { get; }

    /// <summary>The same store once more, as another process would open it.</summary>
    public ImageStorage Open() => ImageStorage.Open(Paths, TimeProvider.System);

    public string Outside(string name) => Path.Join(_root.FullName, name);

    /// <summary>A layer's blob, a tar with one file; not unpacked.</summary>
    public Descriptor LayerBlob(string content)
    {
        (Digest digest, long size) = Storage.Blobs.Write(ArchiveBuilder.LayerTar("file", content));
        return new Descriptor { MediaType = MediaTypes.Layer, Digest = digest, Size = size };
    }

    public static ImageConfig ConfigFor(params Descriptor[] layers) => new()
    {
        Architecture = "amd64",
        OS = "linux",
        Created = "2024-05-06T07:08:09Z",
        Rootfs = new RootFs { Type = "layers", DiffIds = [.. layers.Select(l => l.Digest)] },
    };

    public ImageRecord Image(params string[] layers)
    {
        Descriptor[] descriptors = [.. layers.Select(LayerBlob)];
        Digest? chain = null;
        foreach (Descriptor layer in descriptors)
            chain = Storage.Layers.Unpack(chain, layer, layer.Digest, default).ChainId;
        return Storage.Images.Create(ConfigFor(descriptors), descriptors);
    }

    public void Dispose()
    {
        Storage.Dispose();
        _root.Delete(recursive: true);
    }
}
