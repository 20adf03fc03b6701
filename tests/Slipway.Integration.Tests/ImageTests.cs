using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class ImageTests
{
    [Fact]
    public void Tag_IsAPointer_RmiTakesTheImageWithItsLastName()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("image", "inspect", "-f", "{{.Id}}", "busybox");
        slip.Ok("tag", "busybox", "other:1");
        Assert.Equal(id, slip.Ok("image", "inspect", "-f", "{{.Id}}", "other:1"));
        Assert.Equal(id, slip.Ok("image", "inspect", "-f", "{{.Id}}", "busybox@" + id));
        Assert.Equal("Untagged: busybox:latest", slip.Ok("rmi", "busybox"));
        Assert.Contains("Deleted: " + id, slip.Ok("rmi", "other:1"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")));
        Assert.Empty(Directory.GetFiles(Path.Combine(slip.DataRoot, "content", "blobs", "sha256")));
    }

    [Fact]
    public void Rmi_ContainerStandsOnIt_IsRefused()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "holder", "busybox", "true");
        Assert.Contains("is using its referenced image", slip.Run("rmi", "busybox").Errors, StringComparison.Ordinal);
        slip.Ok("rmi", "-f", "busybox");
        Assert.Equal(0, slip.Run("start", "-a", "holder").ExitCode);
    }

    [Fact]
    public void SaveAndLoad_KeepTheDigest()
    {
        using Slip slip = Slip.WithBusybox();
        using var other = new Slip();
        string archive = Path.Combine(slip.Scratch, "image.tar");
        slip.Ok("save", "-o", archive, "busybox");
        Assert.Equal("Loaded image: busybox:latest", other.Ok("load", "-i", archive));
        Assert.Equal(slip.Ok("image", "inspect", "-f", "{{.Id}}", "busybox"), other.Ok("image", "inspect", "-f", "{{.Id}}", "busybox"));
        Assert.Equal("loaded", other.Ok("run", "--rm", "busybox", "echo", "loaded"));
    }

    [Theory]
    [InlineData("oci-archive")]
    [InlineData("docker-archive")]
    public void Skopeo_ReadsWhatSaveWritesAndLoadReadsWhatSkopeoWrites(string transport)
    {
        string skopeo = Needs.Program("skopeo");
        using Slip slip = Slip.WithBusybox();
        string saved = Path.Combine(slip.Scratch, "saved.tar"), copied = Path.Combine(slip.Scratch, "copied.tar");
        slip.Ok("save", "-o", saved, "busybox");
        Tool(skopeo, "--insecure-policy", "copy", $"{transport}:{saved}", $"{transport}:{copied}:busybox:again");
        slip.Ok("rmi", "busybox");
        slip.Ok("load", "-i", copied);
        string id = slip.Ok("images", "-q").Split('\n')[0];
        Assert.Equal("through skopeo", slip.Ok("run", "--rm", id, "echo", "through skopeo"));
    }

    [Fact]
    public void Import_EntryThatLeadsOut_IsRefusedAndNothingIsLeft()
    {
        Needs.Containers();
        using var slip = new Slip();
        string canary = slip.Write("canary", "untouched");
        string tar = Path.Combine(slip.Scratch, "hostile.tar");
        using (var writer = new TarWriter(File.Create(tar), TarEntryFormat.Pax))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "d") { LinkName = slip.Scratch });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "d/canary") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes("changed")) });
        }
        slip.Run("import", tar, "hostile");
        Assert.Equal("untouched", File.ReadAllText(canary));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "tmp")));
    }

    [Fact]
    public void Import_DotDot_IsRefusedByName()
    {
        Needs.Containers();
        using var slip = new Slip();
        string tar = Path.Combine(slip.Scratch, "dotdot.tar");
        using (var writer = new TarWriter(File.Create(tar), TarEntryFormat.Pax))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "../../escaped") { DataStream = new MemoryStream([1]) });
        Slip.Result result = slip.Run("import", tar, "hostile");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("../../escaped", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("images", "-q"));
    }

    [Fact]
    public void DataRoot_IsClosedToOthers()
    {
        using Slip slip = Slip.WithBusybox();
        foreach (string directory in (string[])[slip.DataRoot, slip.RunRoot, .. Directory.GetDirectories(slip.DataRoot)])
            Assert.Equal("0", Convert.ToString((int)File.GetUnixFileMode(directory) & 0b111, 8));
    }

    private static void Tool(string path, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(path, args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
