using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store;
using Slipway.Store.Images;
using Slipway.Store.Snapshots;
using Xunit;

namespace Slipway.Build.Tests.Solving;

/// <summary>A store and a context of their own, on the real kernel, and a test double of the runner; gone when disposed.</summary>
internal sealed class BuildFixture : IDisposable
{
    private readonly string _root;
    private int _texts;

    public BuildFixture()
    {
        if (System.Environment.UserName != "root")
            Assert.Skip("needs root: steps are overlay mounts");
        _root = Directory.CreateTempSubdirectory("slipway-build-").FullName;
        ContextPath = Directory.CreateDirectory(Path.Join(_root, "context")).FullName;
        Store = ImageStorage.Open(new StorePaths(Path.Join(_root, "data"), Path.Join(_root, "run")), TimeProvider.System);
        SkipWithoutOverlay();
    }

    public string ContextPath { get; }

    public ImageStorage Store { get; }

    public FakeRunner Runner { get; } = new();

    public FakeFetcher Fetcher { get; } = new();

    public RecordingProgress Progress { get; } = new();

    public void Write(string path, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
    {
        string full = Path.Join(ContextPath, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        File.SetUnixFileMode(full, mode);
    }

    public ImageRecord Build(string dockerfile, Func<BuildRequest, BuildRequest>? change = null) =>
        BuildAsync(dockerfile, change, CancellationToken.None).GetAwaiter().GetResult();

    public async Task<ImageRecord> BuildAsync(string dockerfile, Func<BuildRequest, BuildRequest>? change, CancellationToken ct, RecordingProgress? progress = null)
    {
        // Beside the context, so that COPY . doesn't take it.
        string path = Path.Join(Directory.CreateDirectory(Path.Join(_root, $"text-{Interlocked.Increment(ref _texts)}")).FullName, "Dockerfile");
        File.WriteAllText(path, dockerfile);
        var request = new BuildRequest { ContextDirectory = ContextPath, DockerfilePath = path, Platform = new() { OS = "linux", Architecture = "amd64" } };
        var builder = new Builder(Store, new LocalImages(Store.Images), Runner, Fetcher, TimeProvider.System);
        progress ??= Progress;
        progress.Clear();
        return (await builder.BuildAsync(change?.Invoke(request) ?? request, progress, ct))!;
    }

    public DockerfileException Fails(string dockerfile) => Assert.Throws<DockerfileException>(() => Build(dockerfile));

    /// <summary>Every file of an image, as a container would see it: path, type, mode and owner, then content or target.</summary>
    public string Files(ImageRecord image)
    {
        using DirFd root = Open(image);
        var text = new StringBuilder();
        Describe(root, "", text);
        return text.ToString();
    }

    public void Dispose()
    {
        Store.Dispose();
        using DirFd parent = DirFd.Open(Path.GetDirectoryName(_root)!);
        parent.RemoveTree(Encoding.UTF8.GetBytes(Path.GetFileName(_root)));
    }

    private DirFd Open(ImageRecord image)
    {
        string empty = Directory.CreateDirectory(Path.Join(_root, "empty")).FullName;
        using var mount = new DirFd(OverlayMount.OpenDetached([.. image.ChainIds.Reverse().Select(Store.Layers.PathOf), empty], null, null));
        return mount.Reopen();
    }

    private static void Describe(DirFd directory, string at, StringBuilder text)
    {
        foreach (DirEntry entry in directory.List(sorted: true))
        {
            FileStatus status = directory.Status(entry.Name);
            string path = $"{at}/{Encoding.UTF8.GetString(entry.Name)}";
            string mode = Convert.ToString(status.Mode, 8), owner = $"{status.Uid}:{status.Gid}";
            switch (status.Type)
            {
                case FileType.Directory:
                    text.Append($"{path}/ {mode} {owner}\n");
                    using (DirFd child = directory.OpenDirectory(entry.Name))
                        Describe(child, path, text);
                    break;
                case FileType.Symlink:
                    text.Append($"{path} -> {Encoding.UTF8.GetString(directory.ReadLink(entry.Name))}\n");
                    break;
                case FileType.Fifo:
                    text.Append($"{path} {mode} {owner}\n");
                    break;
                default:
                    using (FileStream file = directory.OpenName(entry.Name, OpenFlags.ReadOnly).ToStream(FileAccess.Read))
                    using (var reader = new StreamReader(file))
                        text.Append($"{path} {mode} {owner} {reader.ReadToEnd()}\n");
                    break;
            }
        }
    }

    private void SkipWithoutOverlay()
    {
        string[] dirs = ["l", "u", "w"];
        foreach (string dir in dirs)
            Directory.CreateDirectory(Path.Join(_root, "probe", dir));
        try
        {
            OverlayMount.OpenDetached([Path.Join(_root, "probe/l")], Path.Join(_root, "probe/u"), Path.Join(_root, "probe/w")).Dispose();
        }
        catch (LinuxException e)
        {
            Dispose();
            Assert.Skip($"needs overlay mounts: {e.Message}");
        }
    }

    private sealed class LocalImages(ImageStore images) : IImageSource
    {
        public ImageRecord? Find(Reference name, Platform platform) => images.Find(name.ToString());

        public ImageRecord? FindById(string text) => null;

        public ImageRecord? FindLayout(Slipway.Build.Graph.LayoutContext layout, Platform platform) => null;
    }
}
