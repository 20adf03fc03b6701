using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

/// <summary>bzip2 and xz, against the programs that everybody packs with.</summary>
public sealed class DecoderTests
{
    private const int Seed = 20261128;

    public static TheoryData<string, string, int> Cases { get; } = Combine();

    [Theory]
    [MemberData(nameof(Cases))]
    public void OpenArchive_WhatTheProgramPacked_GivesItBack(string command, string kind, int size)
    {
        byte[] plain = Content(kind, size);

        Assert.Equal(SHA256.HashData(plain), SHA256.HashData(Unpack(Pack(command, plain))));
    }

    [Theory]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public void OpenArchive_SeveralStreams_AreOne(string command)
    {
        byte[] packed = [.. Pack(command, "one"u8.ToArray()), .. Pack(command, []), .. Pack(command, "two"u8.ToArray())];

        Assert.Equal("onetwo", Encoding.ASCII.GetString(Unpack(packed)));
    }

    [Fact]
    public void OpenArchive_XzWithPadding_IsRead() =>
        Assert.Equal("onetwo", Encoding.ASCII.GetString(Unpack([.. Pack("xz", "one"u8.ToArray()), 0, 0, 0, 0, .. Pack("xz", "two"u8.ToArray()), 0, 0, 0, 0])));

    [Theory]
    [InlineData("xz", 300)]
    [InlineData("bzip2", 300)]
    [InlineData("xz --check=sha256", 100)]
    public void OpenArchive_AnyDamage_IsSaid_AndNothingElseHappens(string command, int tries)
    {
        byte[] plain = Content("text", 20_000), packed = Pack(command, plain);
        var random = new Random(Seed);
        for (int i = 0; i < tries; i++)
        {
            byte[] damaged = [.. packed];
            // Not the first bytes: what doesn't begin like one is taken as it is.
            damaged[random.Next(6, damaged.Length)] ^= (byte)(1 << random.Next(8));
            // A bit that means nothing may be changed; then the content is the same.
            if (Record.Exception(() => Assert.Equal(plain, Unpack(damaged))) is { } error)
                Assert.IsType<TarException>(error);
        }
        for (int i = 0; i < tries; i++)
        {
            int length = random.Next(6, packed.Length);
            Assert.Throws<TarException>(() => Unpack(packed[..length]));
        }
        Assert.Throws<TarException>(() => Unpack([.. packed, .. "garbage"u8]));
    }

    [Fact]
    public void OpenArchive_HugeDictionary_IsRefused() =>
        Assert.Throws<TarException>(() => Unpack(Pack("xz --lzma2=dict=256MiB", "x"u8.ToArray())));

    [Fact]
    public void OpenArchive_ZeroesPackedFarDown_TakeLittleMemory()
    {
        byte[] packed = Pack("bzip2 -9", new byte[64 << 20]), xz = Pack("xz -9", new byte[64 << 20]);

        Assert.Equal(64 << 20, Count(packed));
        Assert.Equal(64 << 20, Count(xz));
    }

    private static TheoryData<string, string, int> Combine()
    {
        var cases = new TheoryData<string, string, int>();
        foreach (string command in (string[])["xz", "xz -9e", "xz -0 --check=crc32", "xz --check=none", "xz --block-size=50000 --check=sha256", "xz --lzma2=lc=0,lp=2,pb=4", "bzip2", "bzip2 -1"])
        {
            foreach (string kind in (string[])["text", "random", "zeroes", "mixed"])
                cases.Add(command, kind, 700_001);
            cases.Add(command, "text", 0);
            cases.Add(command, "text", 1);
        }
        cases.Add("xz", "mixed", 9_000_000);
        cases.Add("bzip2", "mixed", 3_000_000);
        return cases;
    }

    private static byte[] Content(string kind, int size)
    {
        var random = new Random(Seed);
        var bytes = new byte[size];
        for (int i = 0; i < size; i++)
        {
            bytes[i] = kind switch
            {
                "text" => (byte)"the quick brown fox jumps over "[(i * 7 + i / 97) % 31],
                "zeroes" => 0,
                "mixed" when i % 5000 < 2500 => i >= 3000 ? bytes[i - 1 - (i / 5000 % 2900)] : (byte)i,
                _ => (byte)random.Next(256),
            };
        }
        return bytes;
    }

    private static byte[] Unpack(byte[] packed)
    {
        using Stream plain = Compression.OpenArchive(new MemoryStream(packed));
        using var all = new MemoryStream();
        plain.CopyTo(all);
        return all.ToArray();
    }

    private static long Count(byte[] packed)
    {
        using Stream plain = Compression.OpenArchive(new MemoryStream(packed));
        var buffer = new byte[1 << 16];
        long count = 0;
        for (int length; (length = plain.Read(buffer)) > 0;)
            count += length;
        return count;
    }

    private static byte[] Pack(string command, byte[] plain)
    {
        string[] words = command.Split(' ');
        Assert.SkipUnless(File.Exists("/usr/bin/" + words[0]) || File.Exists("/bin/" + words[0]), $"{words[0]} is not installed");
        using var process = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], "-c"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Task write = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(plain);
            process.StandardInput.Close();
        });
        using var packed = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(packed);
        write.Wait();
        process.WaitForExit();
        return packed.ToArray();
    }
}
