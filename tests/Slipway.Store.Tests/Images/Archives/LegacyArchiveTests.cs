using Slipway.Oci;
using Slipway.Store.Images.Archives;
using Xunit;

namespace Slipway.Store.Tests.Images.Archives;

/// <summary>Archives of docker before 1.10: a directory a layer, no manifest.json.</summary>
public sealed class LegacyArchiveTests : IDisposable
{
    private static readonly string s_base = new('a', 64), s_top = new('b', 64), s_other = new('c', 64);
    private static readonly byte[] s_layer1 = ArchiveBuilder.LayerTar("a", "one");
    private static readonly byte[] s_layer2 = ArchiveBuilder.LayerTar("b", "two");
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Load_WithRepositories_IsRecordedUnderItsNames()
    {
        LoadedImage loaded = Assert.Single(Load(Whole().Add("repositories", $$$"""{"app":{"1":"{{{s_top}}}","2":"{{{s_top}}}"}}""")));
        Assert.Equal(["app:1", "app:2"], loaded.Names.Select(n => n.Familiar));
        Assert.Equal([Digest.Of(s_layer1), Digest.Of(s_layer2)], loaded.Image.Config.Rootfs.DiffIds);
        Assert.Equal(("sailor", "amd64", "linux"), (loaded.Image.Config.Author, loaded.Image.Config.Architecture, loaded.Image.Config.OS));
        Assert.Equal(["sh"], loaded.Image.Config.Config!.Cmd);
        Assert.Equal([null, "/bin/sh -c #(nop) CMD sh"], loaded.Image.Config.History!.Select(h => h.CreatedBy));
        Assert.Equal(loaded.Image.Id, Assert.Single(Load(Whole().Add("repositories", $$$"""{"again":{"latest":"{{{s_top}}}"}}"""))).Image.Id);
    }

    [Fact]
    public void Load_WithoutRepositories_IsWhatNoOtherStandsOn()
    {
        LoadedImage loaded = Assert.Single(Load(Whole()));
        Assert.Empty(loaded.Names);
        Assert.Equal(2, loaded.Image.ChainIds.Count);
    }

    [Fact]
    public void Load_LayersOfNothing_AreLayers()
    {
        // An empty file, and an entry without the end mark: both of docker's own archives.
        int content = s_layer1.AsSpan().TrimEnd((byte)0).Length;
        ArchiveBuilder archive = new ArchiveBuilder().Add($"{s_base}/json", Json(s_base, null)).Add($"{s_base}/layer.tar", s_layer1[..((content + 511) / 512 * 512)])
            .Add($"{s_top}/json", Json(s_top, s_base)).Add($"{s_top}/layer.tar", "");
        LoadedImage loaded = Assert.Single(Load(archive));
        Assert.Equal("one", File.ReadAllText(Path.Join(_store.Paths.Layers, loaded.Image.ChainIds[0].Hex, "fs", "a")));
        Assert.Equal(2, loaded.Image.ChainIds.Count);
    }

    [Fact]
    public void Load_ANameOfAnotherImage_TellsWhatItLeft()
    {
        string repositories = $$$"""{"app":{"latest":"{{{s_top}}}"}}""";
        LoadedImage first = Assert.Single(Load(Whole().Add("repositories", repositories)));
        Assert.Empty(first.Moved);
        Assert.Empty(Assert.Single(Load(Whole().Add("repositories", repositories))).Moved);
        ArchiveBuilder other = new ArchiveBuilder().Add($"{s_other}/json", Json(s_other, null)).Add($"{s_other}/layer.tar", s_layer2);
        MovedName moved = Assert.Single(Assert.Single(Load(other.Add("repositories", $$$"""{"app":{"latest":"{{{s_other}}}"}}"""))).Moved);
        Assert.Equal($"The image app:latest already exists, renaming the old one with ID {first.Image.Id} to empty string", moved.ToString());
    }

    public static TheoryData<string> Cases => [.. Hostile().Keys];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Load_Hostile_IsRefusedAndLeavesNothing(string name)
    {
        (ArchiveBuilder archive, string said) = Hostile()[name];
        var e = Assert.ThrowsAny<SlipwayException>(() => Load(archive));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.Contains(e.Kind, (ErrorKind[])[ErrorKind.InvalidArgument, ErrorKind.Corrupt]);
        Assert.Empty(_store.Storage.Images.List());
        Assert.Empty(_store.Storage.Blobs.List());
        Assert.Empty(Directory.GetFileSystemEntries(_store.Paths.Layers));
    }

    private static Dictionary<string, (ArchiveBuilder Archive, string Said)> Hostile() => new()
    {
        ["stands on itself"] = (Named(s_base).Add($"{s_base}/json", Json(s_base, s_base)).Add($"{s_base}/layer.tar", s_layer1), "more than the 500 layers"),
        ["all stand on each other"] = (new ArchiveBuilder().Add($"{s_base}/json", Json(s_base, s_base)).Add($"{s_base}/layer.tar", s_layer1), "no image in the archive"),
        ["parent missing"] = (Named(s_top).Add($"{s_top}/json", Json(s_top, s_base)).Add($"{s_top}/layer.tar", s_layer1), "is not a file in the archive"),
        ["layer missing"] = (Named(s_base).Add($"{s_base}/json", Json(s_base, null)), "is not a file in the archive"),
        ["parent is a path"] = (Named(s_top).Add($"{s_top}/json", Json(s_top, "../../etc")).Add($"{s_top}/layer.tar", s_layer1), "is not a layer's id"),
        ["id is a path"] = (Whole().Add("repositories", """{"app":{"latest":"../../../etc"}}"""), "is not a layer's id"),
        ["name leads out"] = (Whole().Add("repositories", $$$"""{"../../etc":{"x":"{{{s_top}}}"}}"""), "invalid reference"),
        ["layer is packed"] = (Named(s_base).Add($"{s_base}/json", Json(s_base, null)).Add($"{s_base}/layer.tar", ArchiveBuilder.Gzip(s_layer1)), "is packed"),
        ["layer is no tar"] = (Named(s_base).Add($"{s_base}/json", Json(s_base, null)).Add($"{s_base}/layer.tar", "no tar"), "cut"),
        ["document too large"] = (Named(s_base).Add($"{s_base}/json", Json(s_base, null) + new string(' ', LegacyArchiveReader.MaxDocumentBytes)).Add($"{s_base}/layer.tar", s_layer1), "more than the 262144 allowed"),
        ["too many images"] = (Many(LegacyArchiveReader.MaxImages + 1), "more than the 1000 allowed"),
        ["env without ="] = (Named(s_base).Add($"{s_base}/json", $$$"""{"id":"{{{s_base}}}","config":{"Env":["X"]}}""").Add($"{s_base}/layer.tar", s_layer1), "NAME=value"),
        ["null"] = (Named(s_base).Add($"{s_base}/json", "null").Add($"{s_base}/layer.tar", s_layer1), "it is null"),
    };

    private IReadOnlyList<LoadedImage> Load(ArchiveBuilder archive) => _store.Storage.Archives.Load(archive.Stream(), default);

    private static ArchiveBuilder Whole() => new ArchiveBuilder().Add($"{s_top}/VERSION", "1.0").Add($"{s_top}/json", Json(s_top, s_base)).Add($"{s_top}/layer.tar", s_layer2)
        .Add($"{s_base}/VERSION", "1.0").Add($"{s_base}/json", Json(s_base, null)).Add($"{s_base}/layer.tar", s_layer1);

    private static ArchiveBuilder Named(string id) => new ArchiveBuilder().Add("repositories", $$$"""{"app":{"latest":"{{{id}}}"}}""");

    private static ArchiveBuilder Many(int count)
    {
        var archive = new ArchiveBuilder();
        for (int i = 0; i < count; i++)
            archive.Add($"{i:x64}/json", Json($"{i:x64}", null));
        return archive;
    }

    private static string Json(string id, string? parent) => parent is null
        ? $$$"""{"id":"{{{id}}}","created":"2013-06-13T14:03:50.821769-07:00","container_config":{"Cmd":null,"Image":""},"docker_version":"0.4.0","architecture":"x86_64"}"""
        : $$$"""{"id":"{{{id}}}","parent":"{{{parent}}}","created":"2015-03-04T21:38:56Z","container_config":{"Cmd":["/bin/sh","-c","#(nop) CMD sh"]},"author":"sailor","config":{"Hostname":"x","Cmd":["sh"],"Volumes":null},"architecture":"amd64","os":"linux","Size":3}""";
}
