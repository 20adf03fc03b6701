using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

/// <summary>Modes and owners of a tree whose files are not told what they get anyway: whatever the directory would have given them.</summary>
public sealed class FreshTreeTests
{
    private static readonly UnpackOptions s_fresh = new() { Fresh = true };

    private static byte[] Tar() => new TarBuilder().Directory("d/").File("d/plain").File("d/program", "x", "0000755").File("d/shared", "x", "0000666").File("d/setuid", "x", "0004755")
        .Header("d/other", '0', uid: 7).Symlink("d/link", "plain").End();

    private static void AssertAsWritten(TempTree tree)
    {
        foreach ((string name, uint mode, uint uid) in ((string, uint, uint)[])[("d/plain", 0x1a4, 0), ("d/program", 0x1ed, 0), ("d/shared", 0x1b6, 0), ("d/setuid", 0x9ed, 0), ("d/other", 0x1a4, 7), ("d", 0x1ed, 0)])
            Assert.Equal((name, mode, uid, 0u), (name, tree.Stat(name).Mode, tree.Stat(name).Uid, tree.Stat(name).Gid));
        Assert.Equal((0u, 0u), (tree.Stat("d/link").Uid, tree.Stat("d/link").Gid));
    }

    [Fact]
    public void Unpack_PlainDirectory_AsWritten()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Unpack(Tar(), s_fresh);
        AssertAsWritten(tree);
    }

    [Fact]
    public void Unpack_DirectoryThatGivesItsGroup_AsWritten()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        tree.Root.Handle.SetOwner(0, 5);
        tree.Root.Handle.SetMode(0x5c0); // 2700
        tree.Unpack(Tar(), s_fresh);
        AssertAsWritten(tree);
    }

    [Fact]
    public void Unpack_DirectoryWithDefaultAcl_AsWritten()
    {
        TempTree.RequireRoot();
        using var tree = new TempTree();
        try
        {
            // Version 2; owner rwx, group nothing, others nothing (acl(5), posix_acl_xattr.h).
            tree.Root.Handle.SetXattr("system.posix_acl_default"u8, [2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 4, 0, 0, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255]);
        }
        catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            Assert.Skip("the file system has no access control lists");
        }
        tree.Unpack(Tar(), s_fresh);
        AssertAsWritten(tree);
    }
}
