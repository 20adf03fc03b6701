using System.IO.Compression;
using System.Security.Cryptography;
using Slipway.Store.Recipes;
using Slipway.Store.Recipes.Deflate;
using Xunit;

namespace Slipway.Store.Tests.Recipes;

/// <summary>
/// Recipes that lie in stores are read by later versions: for the same stream and model the same decisions, always. <c>words.gz</c> is 700 kB of
/// random words by <c>gzip -6</c>.
/// </summary>
public sealed class MatchModelTests
{
    // By the model's number: the beginning of the SHA-256 of what is written down of words.gz.
    private static readonly string[] s_decisions =
    [
        "81cd4a0cca091ab6", "599b28f992c4c912", "0f25f40cbea933fa", "893f882c0a9523b3", "f9a36f7e50d90012", "738eb3c32b34c551",
        "b0c2864efeef6a24", "b0c2864efeef6a24", "fd51c856b6e714a9", "fd51c856b6e714a9", "1640c10a02227141", "6fba670cb33db0be",
        "e82b9c7deef04a05", "04a571b9c38e8db2", "0740181435eeb4f7", "0740181435eeb4f7", "31df0c96ee61777a", "31df0c96ee61777a",
    ];

    private static byte[] Gzip => File.ReadAllBytes(Path.Join(AppContext.BaseDirectory, "Recipes", "words.gz"));

    [Fact]
    public void Models_NoneChanges()
    {
        string[] now = [.. MatchModel.All.Select(model => Convert.ToHexStringLower(SHA256.HashData(Split(Gzip, model).Decisions)[..8]))];
        Assert.True(s_decisions.SequenceEqual(now), string.Join(", ", now.Select(n => $"\"{n}\"")));
    }

    [Fact]
    public void Join_EveryModel_GivesTheSameStream()
    {
        foreach (MatchModel model in MatchModel.All)
        {
            (byte[] plain, byte[] decisions) = Split(Gzip, model);
            Assert.Equal(Gzip, Join(plain, decisions, model));
        }
    }

    [Fact]
    public void Split_FittingModel_WritesLittle() => Assert.InRange(Split(Gzip, MatchModel.All[6]).Decisions.Length, 1, Gzip.Length / 20);

    [Fact]
    public void Join_SeveralMembersEmptyOnesAndATail_GivesTheSameStream()
    {
        byte[] one = Gzip, other = Pack("other"u8.ToArray(), CompressionLevel.NoCompression), empty = Pack([], CompressionLevel.Fastest);
        byte[] all = [.. one, .. other, .. empty, .. one, 0, 0, 0, 7];
        MatchModel model = MatchModel.All[6];
        (byte[] plain, byte[] decisions) = Split(all, model);
        Assert.Equal(all, Join(plain, decisions, model));
        Assert.Equal(2 * Plain(one).Length + 5, plain.Length);
    }

    [Fact]
    public void Join_HeaderFields_GivesTheSameStream()
    {
        byte[] gzip = Pack("text"u8.ToArray(), CompressionLevel.Optimal);
        // FEXTRA, FNAME, FCOMMENT and FHCRC.
        byte[] named = [.. gzip[..3], 0x1e, .. gzip[4..10], 3, 0, 1, 2, 3, .. "name\0"u8, .. "comment\0"u8, 0xaa, 0xbb, .. gzip[10..]];
        (byte[] plain, byte[] decisions) = Split(named, MatchModel.All[0]);
        Assert.Equal("text"u8.ToArray(), plain);
        Assert.Equal(named, Join(plain, decisions, MatchModel.All[0]));
    }

    [Fact]
    public void Split_CutOrDamaged_IsAnErrorOrOtherBytes()
    {
        byte[] gzip = Gzip;
        var random = new Random(3);
        for (int i = 0; i < 60; i++)
        {
            byte[] bad = i % 2 == 0 ? gzip[..random.Next(11, gzip.Length)] : [.. gzip];
            if (i % 2 == 1)
                bad[random.Next(10, bad.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                (byte[] plain, byte[] decisions) = Split(bad, MatchModel.All[6]);
                Assert.Equal(bad, Join(plain, decisions, MatchModel.All[6]));
            }
            catch (DeflateException)
            {
            }
        }
    }

    private static (byte[] Plain, byte[] Decisions) Split(byte[] gzip, MatchModel model)
    {
        var decisions = new MemoryStream();
        var plain = new MemoryStream();
        new GzipSplitter(new MemoryStream(gzip), model, new RecordWriter(decisions)).CopyTo(plain);
        return (plain.ToArray(), decisions.ToArray());
    }

    private static byte[] Join(byte[] plain, byte[] decisions, MatchModel model)
    {
        var joined = new MemoryStream();
        // By odd pieces, which may make no difference.
        var joiner = new GzipJoiner(new MemoryStream(plain), model, new RecordReader(new MemoryStream(decisions)));
        byte[] buffer = new byte[7001];
        for (int length; (length = joiner.Read(buffer)) > 0;)
            joined.Write(buffer, 0, length);
        return joined.ToArray();
    }

    private static byte[] Plain(byte[] gzip)
    {
        var plain = new MemoryStream();
        new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress).CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Pack(byte[] plain, CompressionLevel level)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
            gzip.Write(plain);
        return packed.ToArray();
    }
}
