using Slipway.Store.Comparing;
using Slipway.Store.Explaining;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Explaining;

public sealed class ImageExplainerTests
{
    private static string Text(char c, int length) => new(c, length);

    private static ImageExplanation Explain(TempStore store, params (string, byte[])[] layers)
    {
        TempTree.RequireRoot();
        return ImageExplainer.Explain(store.Storage.Layers, LayeredImage.Make(store, layers));
    }

    private static IEnumerable<string> Lines(ImageExplanation image) =>
        image.Hidden.Select(h => $"{h.Kind} {h.Step.Number}<{h.By.Number} {h.Bytes} in {h.Files}{(h.Changed == Differing.None ? "" : " " + h.Changed)}");

    [Fact]
    public void Explain_NothingHidden_SaysSo()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store, ("COPY a /a", new TarBuilder().File("a", Text('a', 1000)).End()), ("COPY b /b", new TarBuilder().File("d/b", Text('b', 500)).End()));
        Assert.Equal((1500, 0, 0), (image.StoredBytes, image.HiddenBytes, image.RepeatedBytes));
        Assert.Empty(image.Caches);
        Assert.Equal([(1, 1000L, 1L, "COPY a /a"), (2, 500L, 1L, "COPY b /b")], image.Steps.Select(s => (s.Step.Number, s.Bytes, s.Files, s.Step.Instruction!)));
    }

    [Fact]
    public void Explain_EveryKindOfHiding_CountsEachByteOnce()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            ("COPY . /app", new TarBuilder().Directory("app/").File("app/mode", Text('m', 1000)).File("app/replaced", Text('r', 200)).File("app/removed", Text('x', 30)).Directory("app/gone/").File("app/gone/a", Text('g', 7))
                .Directory("app/anew/").File("app/anew/old", Text('o', 11)).File("app/kept", Text('k', 5000)).End()),
            ("RUN chmod 755 mode", new TarBuilder().File("app/mode", Text('m', 1000), "0000755").File("app/replaced", Text('s', 200)).End()),
            ("RUN rm", new TarBuilder().File("app/.wh.removed", "").File("app/.wh.gone", "").Directory("app/anew/").File("app/anew/.wh..wh..opq", "").File("app/anew/new", Text('n', 13)).End()),
            ("RUN again", new TarBuilder().File("app/removed", Text('y', 17)).File("app/replaced", Text('t', 100)).End()));
        Assert.Equal(
            ["Doubled 1<2 1000 in 1 Mode", "Replaced 1<2 200 in 1", "Replaced 2<4 200 in 1", "Removed 1<3 48 in 3"],
            Lines(image));
        Assert.Equal(1000 + 200 + 200 + 48, image.HiddenBytes);
        // What is stored is what is seen and what is hidden.
        Assert.Equal(image.StoredBytes, image.HiddenBytes + 1000 + 100 + 17 + 13 + 5000);
    }

    [Fact]
    public void Explain_WholeTreeReplacedByAFile_IsHiddenInAllLayers()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            ("COPY 1 /", new TarBuilder().File("d/a", Text('a', 10)).File("d/e/b", Text('b', 20)).End()),
            ("COPY 2 /", new TarBuilder().File("d/a", Text('c', 40)).End()),
            ("RUN rm", new TarBuilder().File(".wh.d", "").End()),
            ("RUN put", new TarBuilder().File("d", Text('f', 80)).End()));
        Assert.Equal(["Removed 2<3 40 in 1", "Removed 1<3 20 in 1", "Replaced 1<2 10 in 1"], Lines(image));
    }

    [Fact]
    public void Explain_HardLinks_AreStoredOnceAndHiddenOnlyWhenAllNamesAre()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            ("COPY . /", new TarBuilder().File("a", Text('a', 1000)).Link("b", "a").File("c", Text('c', 300)).Link("d", "c").End()),
            ("RUN rm", new TarBuilder().File(".wh.a", "").File(".wh.c", "").File(".wh.d", "").End()));
        Assert.Equal((1300, 300, 0), (image.StoredBytes, image.HiddenBytes, image.RepeatedBytes));
        Assert.Equal(["Removed 1<2 300 in 1"], Lines(image));
    }

    [Fact]
    public void Explain_SameContent_IsFoundByContentAndNotBySize()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            ("COPY 1 /", new TarBuilder().File("one", Text('a', 1000)).File("other", Text('b', 1000)).File("empty", "").File("hidden", Text('a', 1000)).End()),
            ("COPY 2 /", new TarBuilder().File("deep/two", Text('a', 1000)).Link("deep/three", "deep/two").File("none", "").File(".wh.hidden", "").End()));
        RepeatedContent repeated = Assert.Single(image.Repeated);
        Assert.Equal((1000, 1000, 2), (repeated.Bytes, repeated.Size, repeated.Count));
        Assert.Contains("/one", repeated.Paths);
        Assert.True(image.AllCompared);
    }

    [Theory]
    [InlineData("COPY app /app", "write 'COPY --chmod=0755 app /app', and leave out 'RUN chmod -R 755 /app'")]
    [InlineData("COPY --chmod=644 --from=b app /app # buildkit", "write 'COPY --chmod=0755 --from=b app /app', and leave out 'RUN chmod -R 755 /app'")]
    [InlineData("/bin/sh -c #(nop) COPY dir:0123 in /app ", "write 'COPY --chmod=0755 … /app', and leave out 'RUN chmod -R 755 /app'")]
    [InlineData("RUN /bin/sh -c make install # slipway", "change it in the same RUN that makes it")]
    public void Explain_ChmodOfACopy_SaysHowToCopy(string copy, string fix)
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            (copy, new TarBuilder().Directory("app/").File("app/a", "aaaa").File("app/b", "bbbb").End()),
            ("RUN /bin/sh -c chmod -R 755 /app # buildkit", new TarBuilder().Directory("app/").File("app/a", "aaaa", "0000755").File("app/b", "bbbb", "0000755").End()));
        HiddenContent hidden = Assert.Single(image.Hidden);
        Assert.Equal((HiddenKind.Doubled, 8, fix), (hidden.Kind, hidden.Bytes, hidden.Fix));
    }

    [Fact]
    public void Explain_ModesThatNoFlagGives_AreNotPromised()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            ("COPY app /app", new TarBuilder().Directory("app/").File("app/script", "ssss").File("app/data", "dddd").End()),
            ("RUN chmod +x /app/script", new TarBuilder().File("app/script", "ssss", "0000755").End()));
        // --chmod=0755 would change the other file too.
        Assert.StartsWith("give the files their modes where they are copied from", Assert.Single(image.Hidden).Fix);
    }

    [Fact]
    public void Explain_Caches_AreNamedWithWhatLeftThem()
    {
        using var store = new TempStore();
        ImageExplanation image = Explain(store,
            ("RUN apt-get update", new TarBuilder().File("var/lib/apt/lists/deb_Packages", Text('p', 4000)).File("var/lib/apt/extended_states", "x").End()),
            ("RUN pip install", new TarBuilder().File("root/.cache/pip/http/1", Text('1', 300)).File("home/u/.cache/pip/2", Text('2', 50)).File("x.cache/pip/3", "not a cache").End()),
            ("RUN apk add", new TarBuilder().File("var/cache/apk/APKINDEX.tar.gz", Text('k', 20)).File("root/.npm/_cacache/c", "cc").End()));
        Assert.Equal(
            ["apt lists 4000 in 1 at /var/lib/apt/lists by 1", "pip cache 350 in 2 at /root/.cache/pip by 2", "apk cache 20 in 1 at /var/cache/apk by 3", "npm cache 2 in 1 at /root/.npm/_cacache by 3"],
            image.Caches.Select(c => $"{c.Name} {c.Bytes} in {c.Files} at {c.Path} by {string.Join(',', c.Steps.Select(s => s.Number))}"));
    }
}
