using System.IO.Compression;
using System.Security.Cryptography;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Recipes;

/// <summary>A recipe of the first version, as it lies in stores: <c>words.recipe</c> is of a layer with two files, packed by <c>gzip -6</c>.</summary>
public sealed class RecipeFormatTests
{
    private const string Blob = "sha256:c5929b184784e8a956a9475131560671268f78c76d69172b1d2b246a1dfe5c0e";

    [Fact]
    public void OpenRead_RecipeOfVersionOne_MakesItsBlob()
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        byte[] tar = new TarBuilder().Directory("share/").File("share/words", Words()).File("small", "few").Symlink("link", "small").End();
        (Digest plain, long size) = store.Storage.Blobs.Write(tar);
        store.Storage.Layers.Unpack(null, new Descriptor { MediaType = MediaTypes.Layer, Digest = plain, Size = size }, plain, TestContext.Current.CancellationToken);
        var blob = Digest.Parse(Blob);
        Directory.CreateDirectory(store.Paths.Recipes);
        File.Copy(Path.Join(AppContext.BaseDirectory, "Recipes", "words.recipe"), Path.Join(store.Paths.Recipes, blob.Hex));

        using Stream made = store.Storage.Blobs.OpenRead(blob);

        Assert.Equal(blob, Digest.FromHash(SHA256.HashData(made)));
        using Stream same = store.Storage.Blobs.OpenTar(blob);
        Assert.Equal(plain, Digest.FromHash(SHA256.HashData(same)));
    }

    private static string Words()
    {
        using var gzip = new GZipStream(File.OpenRead(Path.Join(AppContext.BaseDirectory, "Recipes", "words.gz")), CompressionMode.Decompress);
        return new StreamReader(gzip).ReadToEnd();
    }
}
