using System.Formats.Tar;
using Slipway.Integration.Tests.Faults;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class RmiTests
{
    // So many files that a process of its own removes them.
    [Fact]
    public void Rmi_LargeImage_NothingOfItStays()
    {
        Needs.Containers();
        using var slip = new Slip();
        slip.Ok("import", Tree(slip, 2000), "large");

        slip.Ok("rmi", "large");

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")));
        StoreCheck.NothingInTheMaking(slip, "rmi");
    }

    [Fact]
    public void Import_RightAfterRmi_IsWhole()
    {
        Needs.Containers();
        using var slip = new Slip();
        string tar = Tree(slip, 2000);
        string first = slip.Ok("import", tar, "large");
        slip.Ok("rmi", "large");

        slip.Ok("import", tar, "large");

        Assert.StartsWith("sha256:", first);
        Assert.Equal(2000, Directory.GetFiles(Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(slip.DataRoot, "layers"))), "fs")).Length);
        StoreCheck.NothingInTheMaking(slip, "import");
    }

    private static string Tree(Slip slip, int files)
    {
        string path = Path.Combine(slip.Scratch, "tree.tar");
        using var writer = new TarWriter(File.Create(path));
        for (int i = 0; i < files; i++)
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"file{i}"));
        return path;
    }
}
