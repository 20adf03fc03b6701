using System.Diagnostics;
using System.Text.Json;
using Slipway.Oci;
using Slipway.Store.Images;
using Slipway.Store.Images.Archives;
using Xunit;

namespace Slipway.Store.Tests.Images.Archives;

/// <summary>Other people's programs read what we save, and we load what they write.</summary>
public sealed class RealToolsTests : IDisposable
{
    private static readonly byte[] s_layer1 = ArchiveBuilder.LayerTar("hello", "one");
    private static readonly byte[] s_layer2 = ArchiveBuilder.LayerTar("world", "two");
    private readonly TempStore _store = new();
    private readonly TempStore _other = new();

    public void Dispose()
    {
        _store.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(ArchiveFormat.Both)]
    [InlineData(ArchiveFormat.Oci)]
    [InlineData(ArchiveFormat.Docker)]
    public void Save_ThenLoad_IsTheSameImageAndTheSameBytes(ArchiveFormat format)
    {
        ImageRecord image = MakeImage();
        byte[] saved = Save(_store, format);
        LoadedImage loaded = Assert.Single(_other.Storage.Archives.Load(new MemoryStream(saved), default));
        Assert.Equal(image.Config.Rootfs.DiffIds, loaded.Image.Config.Rootfs.DiffIds);
        Assert.Equal(image.Id, loaded.Image.Id);
        Assert.Equal(["app:1"], loaded.Names.Select(n => n.Familiar));
        Assert.Equal(saved, Save(_other, format));
    }

    [Theory]
    [InlineData(ArchiveFormat.Both, "oci-archive")]
    [InlineData(ArchiveFormat.Both, "docker-archive")]
    [InlineData(ArchiveFormat.Oci, "oci-archive")]
    [InlineData(ArchiveFormat.Docker, "docker-archive")]
    public void Save_ReadBySkopeo_IsTheImage(ArchiveFormat format, string transport)
    {
        Require("skopeo");
        ImageRecord image = MakeImage();
        string file = _store.Outside("image.tar");
        File.WriteAllBytes(file, Save(_store, format));
        using JsonDocument seen = JsonDocument.Parse(Run("skopeo", "inspect", $"{transport}:{file}"));
        Assert.Equal(2, seen.RootElement.GetProperty("Layers").GetArrayLength());
        Assert.Equal("amd64", seen.RootElement.GetProperty("Architecture").GetString());
        if (transport == "oci-archive")
            Assert.Equal(image.Id.ToString(), seen.RootElement.GetProperty("Digest").GetString());
    }

    [Theory]
    [InlineData("oci-archive", "")]
    [InlineData("oci-archive", "--dest-compress-format=zstd --dest-compress")]
    [InlineData("docker-archive", "")]
    public void Load_WrittenBySkopeo_IsTheImage(string transport, string options)
    {
        Require("skopeo");
        ImageRecord image = MakeImage();
        string mine = _store.Outside("mine.tar"), theirs = _store.Outside("theirs.tar");
        File.WriteAllBytes(mine, Save(_store, ArchiveFormat.Both));
        Run("skopeo", ["--insecure-policy", "copy", "-q", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), $"oci-archive:{mine}", $"{transport}:{theirs}:host.example/app:2"]);
        using FileStream stream = File.OpenRead(theirs);
        LoadedImage loaded = Assert.Single(_other.Storage.Archives.Load(stream, default));
        Assert.Equal(image.Config.Rootfs.DiffIds, loaded.Image.Config.Rootfs.DiffIds);
        Assert.Equal(["host.example/app:2"], loaded.Names.Select(n => n.Familiar));
    }

    [Fact]
    public void Save_UnpackedByUmoci_IsTheFileSystem()
    {
        Require("umoci");
        MakeImage();
        string layout = Untar(Save(_store, ArchiveFormat.Both)), bundle = _store.Outside("bundle");
        Run("umoci", "unpack", "--rootless", "--image", $"{layout}:1", bundle);
        Assert.Equal("one", File.ReadAllText(Path.Join(bundle, "rootfs/hello")));
        Assert.Equal("two", File.ReadAllText(Path.Join(bundle, "rootfs/world")));
    }

    [Fact]
    public void Load_ChangedByUmoci_IsTheNewImage()
    {
        Require("umoci");
        MakeImage();
        string layout = Untar(Save(_store, ArchiveFormat.Both));
        Run("umoci", "config", "--image", $"{layout}:1", "--tag", "2", "--config.cmd", "umoci was here");
        string tar = _store.Outside("changed.tar");
        Run("tar", "-C", layout, "-cf", tar, ".");
        using FileStream stream = File.OpenRead(tar);
        IReadOnlyList<LoadedImage> loaded = _other.Storage.Archives.Load(stream, default);
        Assert.Contains(loaded, i => i.Image.Config.Config?.Cmd?.Contains("umoci was here") == true);
    }

    private ImageRecord MakeImage()
    {
        byte[] config = ArchiveBuilder.Config(s_layer1, s_layer2), gzipped = ArchiveBuilder.Gzip(s_layer2);
        ArchiveBuilder archive = new ArchiveBuilder().Add("c.json", config).Add("1.tar", s_layer1).Add("2.tar", gzipped)
            .Add("manifest.json", ArchiveBuilder.DockerManifest("c.json", ["1.tar", "2.tar"], "app:1"));
        return _store.Storage.Archives.Load(archive.Stream(), default)[0].Image;
    }

    private static byte[] Save(TempStore store, ArchiveFormat format)
    {
        using var to = new MemoryStream();
        store.Storage.Archives.Save(to, [(store.Storage.Images.Get("app:1"), [Reference.Parse("app:1")])], format);
        return to.ToArray();
    }

    private string Untar(byte[] saved)
    {
        string layout = _store.Outside("layout");
        Directory.CreateDirectory(layout);
        System.Formats.Tar.TarFile.ExtractToDirectory(new MemoryStream(saved), layout, overwriteFiles: false);
        return layout;
    }

    private static void Require(string program)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!path.Any(d => File.Exists(Path.Join(d, program))))
            Assert.Skip($"{program} is not installed");
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
        return output;
    }
}
