using Slipway.Oci;
using Slipway.Store.Comparing;
using Slipway.Store.Explaining;
using Slipway.Store.Images;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Explaining;

public sealed class PathExplainerTests
{
    private static (string, byte[])[] Layers =>
    [
        ("COPY lib /usr/lib", new TarBuilder().Directory("usr/lib/").File("usr/lib/x", "first").Symlink("lib", "usr/lib").Symlink("abs", "/lib").Symlink("loop", "loop").File("gone/deep/y", "yyy").End()),
        ("RUN chmod", new TarBuilder().File("usr/lib/x", "first", "0000755").End()),
        ("RUN rm -r /gone", new TarBuilder().File(".wh.gone", "").End()),
        ("RUN sed", new TarBuilder().File("usr/lib/x", "second one", "0000755").File("usr/lib/z", "z").End()),
    ];

    private static PathExplanation Explain(TempStore store, string path)
    {
        TempTree.RequireRoot();
        ImageRecord image = LayeredImage.Make(store, Layers);
        return PathExplainer.Explain(store.Storage.Layers, image, path);
    }

    [Theory]
    [InlineData("/usr/lib/x")]
    [InlineData("usr//lib/./x")]
    [InlineData("/lib/x")]
    [InlineData("/abs/../lib/x")]
    [InlineData("/../../abs/x")]
    public void Explain_ChangedFile_ShowsEveryVersion(string path)
    {
        using var store = new TempStore();
        PathExplanation found = Explain(store, path);
        Assert.Equal("/usr/lib/x", found.Path);
        Assert.Null(found.RemovedBy);
        Assert.Equal(
            ["4 10 seen ", "2 5 by 4 Size, Content", "1 5 by 2 Mode"],
            found.Versions.Select(v => $"{v.Step.Number} {v.State.Size} {(v.HiddenBy is { } by ? $"by {by.Number}" : "seen")} {(v.Changed & ~Differing.Time) switch { null => "", Differing what => string.Join(", ", new[] { Differing.Size, Differing.Content, Differing.Mode }.Where(w => what.HasFlag(w))) }}"));
        Assert.Equal("RUN sed", found.Versions[0].Step.Instruction);
    }

    [Fact]
    public void Explain_RemovedFile_SaysWhatRemovedIt()
    {
        using var store = new TempStore();
        PathExplanation found = Explain(store, "/gone/deep/y");
        Assert.Equal((3, "RUN rm -r /gone"), (found.RemovedBy!.Number, found.RemovedBy.Instruction));
        Assert.Equal([(1, 3)], found.Versions.Select(v => (v.Step.Number, v.HiddenBy!.Number)));
    }

    [Fact]
    public void Explain_Directory_SaysWhatLayersHoldInIt()
    {
        using var store = new TempStore();
        PathExplanation found = Explain(store, "/usr");
        Assert.Equal([(4, 11L, 2L)], found.Inside.Select(i => (i.Step.Number, i.Bytes, i.Files)));
        Assert.All(found.Versions, v => Assert.Null(v.HiddenBy));
    }

    [Fact]
    public void Explain_LastLink_IsExplainedItself()
    {
        using var store = new TempStore();
        Assert.Equal("usr/lib", Explain(store, "/lib").Versions[0].State.LinkTarget);
    }

    [Theory]
    [InlineData("/nothing", ErrorKind.NotFound)]
    [InlineData("/usr/lib/x/below", ErrorKind.NotFound)]
    [InlineData("/loop/x", ErrorKind.InvalidArgument)]
    [InlineData("/", ErrorKind.InvalidArgument)]
    public void Explain_NoSuchPath_IsAnError(string path, ErrorKind kind)
    {
        using var store = new TempStore();
        Assert.Equal(kind, Assert.Throws<SlipwayException>(() => Explain(store, path)).Kind);
    }
}
