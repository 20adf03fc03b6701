using System.Security.Cryptography;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary><c>slip system compact</c>: layers are kept once, and nobody who asks for their blobs sees a difference.</summary>
public sealed class CompactTests
{
    [Fact]
    public void Compact_BuiltImportedAndCommittedLayers_SaveGivesTheSameArchive()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("context/Dockerfile", "FROM busybox\nCOPY . /app\nRUN rm /etc/passwd && ln /bin/busybox /bin/other && mkdir /etc/new && mkfifo /etc/pipe\n");
        slip.Write("context/text", string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"line {i * 7919 % 10007}")));
        slip.Ok("build", "-q", "-t", "built", Path.Combine(slip.Scratch, "context"));
        slip.Ok("run", "--name", "ship", "built", "sh", "-c", "seq 100000 > /cargo; rm -r /app");
        slip.Ok("commit", "ship", "committed");
        byte[] before = Save(slip, "busybox", "built", "committed");
        long packed = Packed(slip);

        string said = slip.Ok("system", "compact");

        Assert.DoesNotContain("kept ", said, StringComparison.Ordinal);
        Assert.InRange(Packed(slip), 0, packed / 4);
        Assert.Equal(before, Save(slip, "busybox", "built", "committed"));
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
        Assert.Equal("everything is as it should be", slip.Ok("image", "verify", "built"));
        // The build's cache still has its layers, and a container what it stands on.
        Assert.Contains("CACHED", slip.Run("build", "-t", "again", Path.Combine(slip.Scratch, "context")).Errors, StringComparison.Ordinal);
        Assert.Equal("100000", slip.Ok("run", "--rm", "committed", "tail", "-n1", "/cargo"));
        // With the last image that has them the recipes go.
        slip.Ok("rm", "--purge", "ship");
        RegistryImages.RemoveAll(slip);
        Assert.Empty(Directory.GetFiles(Path.Combine(slip.DataRoot, "content/recipes/sha256")));
    }

    [Fact]
    public void Compact_DryRun_SaysToTheByteWhatItWouldFree()
    {
        using Slip slip = Slip.WithBusybox();
        long before = Packed(slip);
        string would = slip.Ok("system", "compact", "--dry-run");
        Assert.StartsWith("would drop ", would, StringComparison.Ordinal);
        Assert.Equal(before, Packed(slip));
        string did = slip.Ok("system", "compact", "busybox");
        Assert.Equal(would.Split("space: ")[1], did.Split("space: ")[1]);
        Assert.Equal("Total reclaimed space: 0B", slip.Ok("system", "compact"));
    }

    [Fact]
    public void Compact_ThenPush_TheRegistryHasTheSameDigests()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/app";
        slip.Ok("tag", "busybox", name);
        slip.Ok("system", "compact");

        string id = slip.Ok("image", "inspect", "--format", "{{.Id}}", name);
        slip.Ok("push", name);

        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", name);
        Assert.Equal(id, slip.Ok("image", "inspect", "--format", "{{.Id}}", name));
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
    }

    [Theory]
    [InlineData("oci")]
    [InlineData("v2s2")]
    public void Compact_LayersThatSkopeoPacked_AreMadeAgain(string format)
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = PushedBySkopeo(slip, registry, format, "gzip");
        string id = slip.Ok("image", "inspect", "--format", "{{.Id}}", name);
        long before = Packed(slip);

        Assert.StartsWith("dropped", slip.Ok("system", "compact"), StringComparison.Ordinal);

        Assert.InRange(Packed(slip), 0, before / 2);
        slip.Ok("tag", name, $"{registry.Host}/again");
        slip.Ok("push", $"{registry.Host}/again");
        Assert.Contains(id, RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", $"docker://{registry.Host}/again"), StringComparison.Ordinal);
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
    }

    [Fact]
    public void Compact_ZstdLayer_StaysOrIsFetchedWhenItIsNeeded()
    {
        string name;
        using Slip slip = Slip.WithBusybox();
        using (DockerRegistry registry = DockerRegistry.Start())
        {
            name = PushedBySkopeo(slip, registry, "oci", "zstd");
            byte[] before = Save(slip, name);
            Assert.Contains("it is packed by zstd", slip.Ok("system", "compact"), StringComparison.Ordinal);
            Assert.Contains($"{registry.Host}/theirs has it", slip.Ok("system", "compact", "--refetch"), StringComparison.Ordinal);
            Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
            Assert.Equal(before, Save(slip, name));
            slip.Ok("system", "compact", "--refetch");
        }
        Slip.Result failed = slip.Run("save", "-o", Path.Combine(slip.Scratch, "saved.tar"), name);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("is not kept here, and could not be fetched from", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("hello", slip.Ok("run", "--rm", name, "echo", "hello"));
    }

    [Fact]
    public void Push_FileOfADroppedLayerChanged_NamesItAndTheRegistryGetsNothing()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/app";
        slip.Ok("tag", "busybox", name);
        slip.Ok("system", "compact");
        string binary = Directory.GetFiles(Path.Combine(slip.DataRoot, "layers"), "busybox", SearchOption.AllDirectories).Single();
        Flip(binary);

        Slip.Result pushed = slip.Run("push", name);
        Slip.Result saved = slip.Run("save", "-o", Path.Combine(slip.Scratch, "saved.tar"), name);

        foreach (Slip.Result failed in (Slip.Result[])[pushed, saved])
        {
            Assert.Equal(1, failed.ExitCode);
            Assert.Contains("'/bin/busybox' has changed in layer", failed.Errors, StringComparison.Ordinal);
            Assert.Contains("slip system check", failed.Errors, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(Path.Combine(slip.Scratch, "saved.tar")));
        Assert.Equal(1, slip.Run("pull", name).ExitCode);
        Slip.Result check = slip.Run("system", "check");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("/bin/busybox in layer", check.Output, StringComparison.Ordinal);
        Assert.Contains("could not be fetched", slip.Run("system", "check", "--repair").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Repair_FileOfADroppedLayerChanged_FetchesTheBlobAndUnpacksItAgain()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/app";
        slip.Ok("tag", "busybox", name);
        slip.Ok("push", name);
        slip.Ok("system", "compact");
        string binary = Directory.GetFiles(Path.Combine(slip.DataRoot, "layers"), "busybox", SearchOption.AllDirectories).Single();
        Flip(binary);

        string repaired = slip.Ok("system", "check", "--repair");

        Assert.Contains("fetched and unpacked again", repaired, StringComparison.Ordinal);
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
        Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello"));
    }

    [Fact]
    public void Repair_BlobGoneOrDamaged_IsFetchedAgain()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/app";
        slip.Ok("tag", "busybox", name);
        slip.Ok("push", name);
        string blob = new DirectoryInfo(Path.Combine(slip.DataRoot, "content/blobs/sha256")).GetFiles().MaxBy(f => f.Length)!.FullName;

        foreach (Action<string> damage in (Action<string>[])[File.Delete, Flip])
        {
            damage(blob);
            Assert.Equal(1, slip.Run("system", "check").ExitCode);
            Assert.Contains("fetched again", slip.Ok("system", "check", "--repair"), StringComparison.Ordinal);
            Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
        }
    }

    /// <summary>Busybox as skopeo packs it; nothing else is in the store.</summary>
    private static string PushedBySkopeo(Slip slip, DockerRegistry registry, string format, string compression)
    {
        string theirs = $"{registry.Host}/theirs", plain = Path.Combine(slip.Scratch, "plain"), archive = Path.Combine(slip.Scratch, "busybox.tar");
        // Not by way of the registry: skopeo would find the blob again there instead of packing it.
        slip.Ok("save", "-o", archive, "busybox");
        RegistryImages.Run("skopeo", "copy", "--dest-decompress", $"oci-archive:{archive}", $"dir:{plain}");
        RegistryImages.Run("skopeo", "copy", "--dest-tls-verify=false", "--format", format, "--dest-compress-format", compression, $"dir:{plain}", $"docker://{theirs}");
        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", theirs);
        return theirs;
    }

    /// <summary>Bytes of blobs and recipes.</summary>
    private static long Packed(Slip slip) => new DirectoryInfo(Path.Combine(slip.DataRoot, "content")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    private static byte[] Save(Slip slip, params string[] names)
    {
        string archive = Path.Combine(slip.Scratch, "saved.tar");
        slip.Ok(["save", "-o", archive, .. names]);
        byte[] sum = SHA256.HashData(File.ReadAllBytes(archive));
        File.Delete(archive);
        return sum;
    }

    private static void Flip(string path)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        file.Position = file.Length / 2;
        int value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }
}
