using System.Text;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

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

    /// <summary>A layer's blob and its directory, without the archive in between.</summary>
    public Descriptor FakeLayer(string content)
    {
        (Digest digest, long size) = Storage.Blobs.Write(Encoding.UTF8.GetBytes(content));
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
        Descriptor[] descriptors = [.. layers.Select(FakeLayer)];
        Digest? chain = null;
        foreach (Descriptor layer in descriptors)
        {
            chain = chain is null ? layer.Digest : Digest.Of(Encoding.ASCII.GetBytes($"{chain} {layer.Digest}"));
            Directory.CreateDirectory(Path.Join(Paths.Layers, chain.Value.Hex, "fs"));
        }
        return Storage.Images.Create(ConfigFor(descriptors), descriptors);
    }

    public void Dispose()
    {
        Storage.Dispose();
        _root.Delete(recursive: true);
    }
}
