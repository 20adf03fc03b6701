using System.IO.Compression;
using System.Text;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Layers;
using Slipway.Store.Recipes;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Recipes;

/// <summary>Tars of all sorts, also odd and hostile ones: what can be unpacked is made again exactly, or stays.</summary>
public sealed class RandomTarTests : IDisposable
{
    private static readonly string[] s_names = ["a", "b", "dir/c", "dir/d", "dir/deep/e", "link/f", "./a", "dir//c", ".wh.b", "dir/.wh..wh..opq", "dir/.wh.c", "link"];
    private readonly TempStore _store = new();

    public RandomTarTests() => TempTree.RequireRoot();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Compact_RandomTars_AreMadeAgainOrStay()
    {
        int dropped = 0, unpacked = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            byte[] tar = RandomTar(new Random(seed));
            byte[] blob = seed % 3 == 0 ? tar : Pack(tar);
            if (TryUnpack(blob, Digest.Of(tar)) is not { } layer)
                continue;
            unpacked++;
            CompactedLayer result = _store.Storage.Compactor.Compact(layer, new(), TestContext.Current.CancellationToken);
            dropped += result.Outcome == CompactionOutcome.Rebuildable ? 1 : 0;
            Assert.DoesNotContain("can't be made again", result.Reason);
            using Stream again = _store.Storage.Blobs.OpenRead(layer.Blob);
            var bytes = new MemoryStream();
            again.CopyTo(bytes);
            Assert.True(blob.AsSpan().SequenceEqual(bytes.ToArray()), $"seed {seed}");
            using Stream plain = _store.Storage.Blobs.OpenTar(layer.Blob);
            Assert.Equal(Digest.Of(tar), Digest.FromHash(System.Security.Cryptography.SHA256.HashData(plain)));
        }
        Assert.True(dropped > 50 && unpacked > 60, $"{dropped} dropped of {unpacked}");
    }

    [Fact]
    public void Compact_SparseFile_IsMadeAgain()
    {
        byte[] data = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31 >> 3))];
        // GNU's 1.0: the map at the start of the content.
        byte[] map = new byte[512];
        TarBuilder.Text(map, 0, $"2\n0\n50000\n1000000\n{data.Length - 50_000}\n");
        byte[] tar = new TarBuilder()
            .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "holes"), ("GNU.sparse.realsize", "1050000"))
            .Header("x/holes", '0', 512 + data.Length).Data([.. map, .. data]).End();
        PackedLayer layer = TryUnpack(tar, Digest.Of(tar))!;

        CompactedLayer result = _store.Storage.Compactor.Compact(layer, new(), TestContext.Current.CancellationToken);

        Assert.Equal(CompactionOutcome.Rebuildable, result.Outcome);
        Assert.InRange(result.RecipeBytes, 1, data.Length / 4);
        Assert.Equal(tar, _store.Storage.Blobs.ReadAll(layer.Blob, 1 << 20));
    }

    private PackedLayer? TryUnpack(byte[] blob, Digest diffId)
    {
        (Digest digest, long size) = _store.Storage.Blobs.Write(blob);
        try
        {
            LayerInfo layer = _store.Storage.Layers.Unpack(null, new Descriptor { MediaType = MediaTypes.Layer, Digest = digest, Size = size }, diffId, TestContext.Current.CancellationToken);
            return new(digest, size, layer.ChainId, diffId, []);
        }
        catch (SlipwayException)
        {
            return null;
        }
    }

    private static byte[] RandomTar(Random random)
    {
        var tar = new TarBuilder();
        for (int i = random.Next(2, 14); i > 0; i--)
        {
            string name = s_names[random.Next(s_names.Length)];
            switch (random.Next(12))
            {
                case 0: tar.Directory(name + "/"); break;
                case 1: tar.Symlink("link", "dir"); break;
                case 2: tar.Link(name, s_names[random.Next(4)]); break;
                case 3: tar.Pax(("path", "dir/" + new string('p', random.Next(1, 200))), ("mtime", "1700000000.123456789")).File("short", Content(random)); break;
                case 4: tar.Pax('g', ("comment", "global")); break;
                case 5: tar.Device("dev", '3', 1, 3); break;
                case 6: tar.Header("././@LongLink", 'L', 150).Data(Encoding.ASCII.GetBytes("dir/" + new string('l', 145) + "\0")).File("cut", Content(random)); break;
                default: tar.File(name, name.Contains(".wh.", StringComparison.Ordinal) ? "" : Content(random)); break;
            }
        }
        byte[] end = tar.End();
        // Some writers fill up to a record, some put rubbish behind the end mark.
        return random.Next(3) switch { 0 => end, 1 => [.. end, .. new byte[10240]], _ => [.. end, .. Encoding.ASCII.GetBytes("behind the end")] };
    }

    private static string Content(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 3000)).Select(i => $"{random.Next(500)} "));

    private static byte[] Pack(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        return packed.ToArray();
    }
}
