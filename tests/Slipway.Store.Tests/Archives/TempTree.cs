using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

/// <summary>A directory to unpack into, and a canary outside of it that nothing may touch.</summary>
internal sealed class TempTree : IDisposable
{
    private readonly string _base = System.IO.Directory.CreateTempSubdirectory("slipway-tree-").FullName;
    private readonly FileStatus _secretBefore;

    public TempTree()
    {
        System.IO.Directory.CreateDirectory(Path);
        System.IO.Directory.CreateDirectory(Canary);
        System.IO.File.WriteAllText(Secret, "secret");
        _secretBefore = Status(Secret);
        Root = DirFd.Open(Path);
    }

    public DirFd Root { get; }

    public string Path => System.IO.Path.Join(_base, "root");

    public string Canary => System.IO.Path.Join(_base, "canary");

    public string Secret => System.IO.Path.Join(Canary, "secret");

    public static void RequireRoot()
    {
        if (Environment.UserName != "root")
            Assert.Skip("needs root: owners and device nodes are made");
    }

    public string At(string path) => System.IO.Path.Join(Path, path);

    public string New(string name) => System.IO.Directory.CreateDirectory(System.IO.Path.Join(_base, name)).FullName;

    public UnpackResult Unpack(byte[] tar, UnpackOptions? options = null, TarLimits? limits = null) =>
        new TreeUnpacker(Root, options ?? new()).Unpack(new TarEntryReader(new MemoryStream(tar), limits));

    public byte[] Pack(PackOptions? options = null)
    {
        var tar = new MemoryStream();
        var writer = new TarEntryWriter(tar);
        new TreePacker(writer, options ?? new()).PackContents(Root, []);
        writer.Finish();
        return tar.ToArray();
    }

    public FileStatus Stat(string path) => Status(At(path));

    public static FileStatus Status(string path)
    {
        using DirFd parent = DirFd.Open(System.IO.Path.GetDirectoryName(path)!);
        return parent.Status(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(path)));
    }

    public void AssertCanaryIsSafe()
    {
        Assert.Equal(["secret"], System.IO.Directory.EnumerateFileSystemEntries(Canary).Select(System.IO.Path.GetFileName));
        Assert.Equal("secret", System.IO.File.ReadAllText(Secret));
        FileStatus now = Status(Secret);
        Assert.Equal((_secretBefore.Mode, _secretBefore.Links, _secretBefore.Uid, _secretBefore.Modified), (now.Mode, now.Links, now.Uid, now.Modified));
    }

    public void Dispose()
    {
        Root.Dispose();
        using DirFd parent = DirFd.Open(System.IO.Path.GetDirectoryName(_base)!);
        parent.RemoveTree(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(_base)));
    }
}
