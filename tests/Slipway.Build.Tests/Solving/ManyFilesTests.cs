using System.Text;
using Slipway.Build.Context;
using Slipway.Build.Progress;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Build.Tests.Solving;

/// <summary>COPY of directories: what is remembered of files, what is linked instead of copied, and that neither ever shows.</summary>
public sealed class ManyFilesTests : IDisposable
{
    private static readonly TimeSpan s_old = TimeSpan.FromSeconds(4);
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public void Scan_TakesAsManyAsItsLimit_AndNoMore()
    {
        for (int i = 0; i < 9; i++)
            _build.Write($"many/{i}", "");
        using var tree = SourceTree.OfContext(DirFd.Open(_build.ContextPath), PathPatterns.None);

        // The directory itself is one.
        Assert.Equal(10, new SourceScanner(tree, CancellationToken.None) { Limit = 10 }.Scan("many", SourceFilter.All).Entries.Count);
        SlipwayException error = Assert.Throws<SlipwayException>(() => new SourceScanner(tree, CancellationToken.None) { Limit = 9 }.Scan("many", SourceFilter.All));
        Assert.Equal(ErrorKind.Exhausted, error.Kind);
        Assert.Contains(".dockerignore", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileReplacedByOneOfEqualSizeAndTime_IsAChange()
    {
        _build.Write("d/f", "one");
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Join(_build.ContextPath, "d/f"), time);
        await Task.Delay(s_old, TestContext.Current.CancellationToken);
        _build.Build("FROM scratch\nCOPY d /d\n");
        _build.Build("FROM scratch\nCOPY d /d\n");
        Assert.Equal(["COPY d /d"], _build.Progress.With(StepOutcome.Cached));

        _build.Write("d/f", "two");
        File.SetLastWriteTimeUtc(Path.Join(_build.ContextPath, "d/f"), time);

        Assert.Equal("/d/ 755 0:0\n/d/f 644 0:0 two\n", _build.Files(_build.Build("FROM scratch\nCOPY d /d\n")));
    }

    [Fact]
    public void StatCache_KnowsWhatIsUnchanged_AndForgetsTheYoungAndTheChanged()
    {
        _build.Write("f", "one");
        using DirFd root = DirFd.Open(_build.ContextPath);
        FileStatus status = root.Status("f"u8);
        string directory = Path.Join(_build.Store.Paths.BuildCache, "stats");
        DateTimeOffset later = DateTimeOffset.FromUnixTimeSeconds(status.Changed.Seconds + 60);
        byte[] hash = Convert.FromHexString(Digest.Of("one"u8).Hex);

        StatCache young = StatCache.Open(directory, root.Status(), DateTimeOffset.FromUnixTimeSeconds(status.Changed.Seconds));
        young.Add(status, hash);
        Assert.Null(young.Find(status));
        StatCache cache = StatCache.Open(directory, root.Status(), later);
        cache.Add(status, hash);
        cache.Save();

        StatCache again = StatCache.Open(directory, root.Status(), later);
        Assert.Equal(FileHash.Of(hash), again.Find(status));
        Assert.Null(again.Find(status with { Changed = status.Changed with { Nanoseconds = status.Changed.Nanoseconds ^ 1 } }));
        Assert.Null(again.Find(status with { Size = status.Size + 1 }));

        string file = Assert.Single(Directory.GetFiles(directory));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[20] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Null(StatCache.Open(directory, root.Status(), later).Find(status));
    }

    [Fact]
    public void OneFileChanged_TheOthersAreTheSameFiles_AndTheResultIsThatOfAColdBuild()
    {
        for (int i = 0; i < 200; i++)
            _build.Write($"src/d{i % 7}/f{i}", $"file {i}");
        const string Text = "FROM scratch\nWORKDIR /app\nCOPY src .\nRUN nothing\n";
        ImageRecord first = _build.Build(Text);
        _build.Write("src/d3/f3", "changed");

        ImageRecord second = _build.Build(Text);

        Assert.Equal(Inode(first, "app/d1/f1"), Inode(second, "app/d1/f1"));
        Assert.NotEqual(Inode(first, "app/d3/f3"), Inode(second, "app/d3/f3"));
        Assert.Contains("/app/d3/f3 644 0:0 changed\n", _build.Files(second), StringComparison.Ordinal);
        Assert.Contains("/app/d3/f3 644 0:0 file 3\n", _build.Files(first), StringComparison.Ordinal);
        Assert.Equal(_build.Build(Text, request => request with { NoCache = true }).Id, second.Id);
        using var cold = new BuildFixture();
        for (int i = 0; i < 200; i++)
            cold.Write($"src/d{i % 7}/f{i}", i == 3 ? "changed" : $"file {i}");
        Assert.Equal(cold.Build(Text).Id, second.Id);
    }

    [Theory]
    [InlineData("COPY src more /app/", "app/")]
    [InlineData("COPY src /", "")]
    [InlineData("COPY --exclude=no src more /app/", "app/")]
    public void SeveralSources_AndTheRoot_LinkToo(string line, string place)
    {
        _build.Write("src/f", "same");
        _build.Write("src/g", "1");
        _build.Write("more/h", "h");
        ImageRecord first = _build.Build($"FROM scratch\n{line}\n");
        _build.Write("src/g", "2");

        ImageRecord second = _build.Build($"FROM scratch\n{line}\n");

        Assert.Equal(Inode(first, place + "f"), Inode(second, place + "f"));
        Assert.NotEqual(Inode(first, place + "g"), Inode(second, place + "g"));
        Assert.Equal(_build.Build($"FROM scratch\n{line}\n", request => request with { NoCache = true }).Id, second.Id);
    }

    // A name that is not UTF-8 is not the name that decoders put in its place.
    [Fact]
    public void NamesThatAreNoText_AreNotMixedUp()
    {
        _build.Write("src/\ufffd", "good");
        byte[] name = [0xff];
        using (DirFd src = DirFd.Open(Path.Join(_build.ContextPath, "src")))
        using (SafeFd file = src.CreateFile(name, 0b110_100_100))
            file.WriteAt("evil"u8, 0);
        _build.Build("FROM scratch\nCOPY src /app/\n");
        _build.Write("src/\ufffd", "evil");

        Assert.Contains("/app/\ufffd 644 0:0 evil\n/app/\ufffd 644 0:0 evil\n", _build.Files(_build.Build("FROM scratch\nCOPY src /app/\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void ADifferentOwner_OrMode_IsNeverLinked()
    {
        _build.Write("src/f", "x");
        ImageRecord first = _build.Build("FROM scratch\nCOPY src /app\n");
        ImageRecord owned = _build.Build("FROM scratch\nCOPY --chown=5:6 src /app\n");
        _build.Write("src/f", "x", UnixFileMode.UserRead);
        ImageRecord closed = _build.Build("FROM scratch\nCOPY src /app\n");

        Assert.Equal("/app/ 755 0:0\n/app/f 644 0:0 x\n", _build.Files(first));
        Assert.Equal("/app/ 755 5:6\n/app/f 644 5:6 x\n", _build.Files(owned));
        Assert.Equal("/app/ 755 0:0\n/app/f 400 0:0 x\n", _build.Files(closed));
    }

    // What the stage has already goes through the overlay, what is new does not: together they are one directory.
    [Fact]
    public void OverWhatIsThere_FilesAreReplaced_AndTheRestStays()
    {
        _build.Write("base/app/keep", "k");
        _build.Write("base/app/sub/old", "o");
        _build.Write("base/app/f", "lower");
        _build.Write("one/f", "upper");
        _build.Write("one/sub/new", "n");
        _build.Write("two/sub/new", "n2");
        _build.Write("two/g", "g");

        ImageRecord image = _build.Build("FROM scratch AS base\nCOPY base /\nFROM base\nCOPY one two /app/\nCOPY one/f /app/sub/old\n");

        Assert.Equal(
            "/app/ 755 0:0\n/app/f 644 0:0 upper\n/app/g 644 0:0 g\n/app/keep 644 0:0 k\n/app/sub/ 755 0:0\n/app/sub/new 644 0:0 n2\n/app/sub/old 644 0:0 upper\n",
            _build.Files(image));
    }

    [Fact]
    public void ThroughALinkOfTheStage_AndOverADirectory()
    {
        _build.Write("base/real/x", "x");
        File.CreateSymbolicLink(Path.Join(_build.ContextPath, "base/app"), "real");
        _build.Write("src/y", "y");
        _build.Write("bad/x/z", "z");

        Assert.Equal("/app -> real\n/real/ 755 0:0\n/real/x 644 0:0 x\n/real/y 644 0:0 y\n", _build.Files(_build.Build("FROM scratch\nCOPY base /\nCOPY src /app/\n")));
        Assert.Contains("cannot copy to non-directory", _build.Fails("FROM scratch\nCOPY base /\nCOPY bad /app/\n").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_NamesTheFileWithBothDigests()
    {
        _build.Write("src/a", "1");
        _build.Write("src/b", "2");
        const string Text = "FROM scratch\nCOPY src /app/\n";
        _build.Build(Text);
        _build.Write("src/a", "3");
        File.Delete(Path.Join(_build.ContextPath, "src/b"));
        _build.Write("src/c", "4");

        _build.Build(Text, request => request with { ExplainsMisses = true });

        Assert.Equal(
            [$"file /app/a changed ({Digest.Of("1"u8).Short} -> {Digest.Of("3"u8).Short})", "file /app/c is new", "file /app/b is gone"],
            _build.Progress.Missed["COPY src /app/"]);
    }

    private ulong Inode(ImageRecord image, string path)
    {
        foreach (Digest layer in image.ChainIds.Reverse())
        {
            using DirFd root = DirFd.Open(_build.Store.Layers.PathOf(layer));
            using SafeFd? file = root.TryOpenPath(Encoding.UTF8.GetBytes(path), OpenFlags.Path, Resolve.Beneath);
            if (file is not null)
                return file.Status().Inode;
        }
        throw new InvalidOperationException($"no layer has {path}");
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
