using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

public sealed class TarRoundTripTests
{
    private static TarEntry RoundTrip(TarEntry entry, byte[]? content = null)
    {
        var tar = new MemoryStream();
        var writer = new TarEntryWriter(tar);
        writer.WriteEntry(entry);
        if (content is not null)
            writer.WriteContent(content);
        writer.Finish();
        Assert.Equal(0, tar.Length % 512);
        tar.Position = 0;
        var reader = new TarEntryReader(tar);
        TarEntry read = reader.Next()!;
        if (content is not null)
        {
            var copy = new MemoryStream();
            reader.OpenContent().CopyTo(copy);
            Assert.Equal(content, copy.ToArray());
        }
        Assert.Null(reader.Next());
        return read;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(3000)]
    public void Name_OfAnyLength_RoundTrips(int length)
    {
        byte[] name = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 50 == 49 && i < length - 1 ? '/' : 'n'))];
        TarEntry read = RoundTrip(new() { Name = name, Kind = TarEntryKind.Symlink, LinkName = name });
        Assert.Equal(name, read.Name);
        Assert.Equal(name, read.LinkName);
    }

    [Fact]
    public void Values_BeyondUstar_RoundTrip()
    {
        TarEntry read = RoundTrip(new()
        {
            Name = "f"u8.ToArray(),
            Kind = TarEntryKind.CharacterDevice,
            Mode = 0xfff,
            Uid = 4294967294,
            Gid = 2097152,
            Modified = new(-5, 0),
            Device = new(4095, 1048575),
            Xattrs = [new("user.b"u8.ToArray(), [0, 10, 61, 255]), new("user.a"u8.ToArray(), [])],
        });
        Assert.Equal((0xfffu, 4294967294u, 2097152u, new FileTime(-5, 0), new DeviceNumber(4095, 1048575)),
            (read.Mode, read.Uid, read.Gid, read.Modified, read.Device));
        Assert.Equal(["user.a", "user.b"], read.Xattrs.Select(x => Encoding.UTF8.GetString(x.Key)));
        Assert.Equal([0, 10, 61, 255], read.Xattrs[1].Value);
    }

    [Fact]
    public void PlainEntry_HasNoPaxHeader()
    {
        var tar = new MemoryStream();
        var writer = new TarEntryWriter(tar);
        writer.WriteEntry(new() { Name = "f"u8.ToArray(), Kind = TarEntryKind.Regular, Size = 3, Modified = new(1_700_000_000, 0) });
        writer.WriteContent("abc"u8);
        writer.Finish();
        Assert.Equal(512 + 512 + 1024, tar.Length);
    }

    [Fact]
    public void Content_MissingOrTooMuch_Throws()
    {
        var writer = new TarEntryWriter(Stream.Null);
        writer.WriteEntry(new() { Name = "f"u8.ToArray(), Kind = TarEntryKind.Regular, Size = 3 });
        Assert.Throws<InvalidOperationException>(() => writer.WriteContent(new byte[4]));
        Assert.Throws<InvalidOperationException>(writer.Finish);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void Content_OfAnySize_RoundTrips(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        Assert.Equal(size, RoundTrip(new() { Name = "f"u8.ToArray(), Kind = TarEntryKind.Regular, Size = size }, content).Size);
    }

    [Fact]
    public void Read_Base256AndGnuNames_AreUnderstood()
    {
        string name = new('g', 150);
        byte[] tar = new TarBuilder().Header("././@LongLink", 'L', name.Length + 1).Data(name + "\0")
            .Header("short", '0', 3, change: b =>
            {
                TarBuilder.Text(b, 257, "ustar  ");
                b.AsSpan(124, 12).Clear();
                b[124] = 0x80;
                b[135] = 3;
                b.AsSpan(136, 12).Fill(0xff);
                b[147] = 0xf6;
                TarBuilder.Text(b, 345, "atime, not a prefix");
            }).Data("abc").End();
        TarEntry entry = new TarEntryReader(new MemoryStream(tar)).Next()!;
        Assert.Equal((name, 3, -10), (Encoding.ASCII.GetString(entry.Name), entry.Size, entry.Modified.Seconds));
    }

    [Fact]
    public void Read_PaxTimeBefore1970WithFraction_IsExact()
    {
        byte[] tar = new TarBuilder().Pax(("mtime", "-1.25")).File("f").End();
        Assert.Equal(new FileTime(-2, 750_000_000), new TarEntryReader(new MemoryStream(tar)).Next()!.Modified);
    }

    [Fact]
    public void Read_TwoPaxPaths_LastWins()
    {
        byte[] tar = new TarBuilder().Pax(("path", "one"), ("path", "two")).File("f").End();
        Assert.Equal("two"u8.ToArray(), new TarEntryReader(new MemoryStream(tar)).Next()!.Name);
    }

    [Theory]
    [InlineData('S')]
    [InlineData('0')]
    public void Read_SparseContent_HasItsHoles(char form)
    {
        var builder = new TarBuilder();
        if (form == 'S')
        {
            builder.Header("f", 'S', 4, change: b =>
            {
                TarBuilder.Text(b, 257, "ustar  ");
                foreach ((int at, string number) in new[] { (386, "3"), (398, "2"), (410, "10"), (422, "2"), (483, "14") })
                    TarBuilder.Text(b, at, number.PadLeft(11, '0'));
            }).Data("abcd");
        }
        else
        {
            builder.Pax(("GNU.sparse.offset", "3"), ("GNU.sparse.numbytes", "2"), ("GNU.sparse.offset", "8"), ("GNU.sparse.numbytes", "2"),
                ("GNU.sparse.size", "12")).File("f", "abcd");
        }
        var reader = new TarEntryReader(new MemoryStream(builder.File("next", "n").End()));
        Assert.Equal(12, reader.Next()!.Size);
        var copy = new MemoryStream();
        reader.OpenContent().CopyTo(copy);
        Assert.Equal("\0\0\0ab\0\0\0cd\0\0", Encoding.ASCII.GetString(copy.ToArray()));
        Assert.Equal("next"u8.ToArray(), reader.Next()!.Name);
    }

    [Fact]
    public void Read_RandomDamage_NeverThrowsAnythingElse()
    {
        byte[] whole = new TarBuilder().Pax(("path", "a/b"), ("GNU.sparse.map", "0,4"), ("GNU.sparse.size", "9")).File("f", "data")
            .Header("x", 'L', 3).Data("abc").Header("s", 'S', 4).Data("data").Symlink("l", "t").End();
        var random = new Random(42);
        for (int round = 0; round < 3000; round++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            FixSums(damaged);
            var reader = new TarEntryReader(new MemoryStream(damaged));
            try
            {
                while (reader.Next() is not null)
                    reader.ReadData(new byte[700], out _);
            }
            catch (TarException)
            {
                // Refused is right, too.
            }
        }
    }

    // With right checksums the damage gets past the first check.
    private static void FixSums(byte[] tar)
    {
        for (int at = 0; at + 512 <= tar.Length; at += 512)
        {
            if (tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
            {
                tar.AsSpan(at + 148, 8).Fill((byte)' ');
                Encoding.ASCII.GetBytes(Convert.ToString(tar.AsSpan(at, 512).ToArray().Sum(b => b), 8).PadLeft(6, '0') + "\0").CopyTo(tar, at + 148);
            }
        }
    }
}
