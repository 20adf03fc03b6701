using Slipway.Oci;
using Slipway.Oci.Runtime;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

/// <summary>Part A of the security catalogue: images that try to have the start act on the host.</summary>
public sealed class HostileRootTests
{
    // CVE-2023-27561, CVE-2023-28642, CVE-2026-41579, CVE-2026-47766
    [Theory]
    [InlineData("proc", "/tmp/x")]
    [InlineData("proc", "tmp")]
    [InlineData("sys", "tmp")]
    [InlineData("dev", "CANARY")]
    [InlineData("dev", "../../../../../../../..CANARY")]
    public void Start_LinkWhereTheKernelsFilesGo_IsRefused(string place, string target)
    {
        using TestRoot root = TestRoot.Create();
        string canary = Directory.CreateDirectory(root.Path + "/canary").FullName;
        Directory.CreateDirectory(root.Layer + "/tmp/x");
        Directory.Delete($"{root.Layer}/{place}");
        File.CreateSymbolicLink($"{root.Layer}/{place}", target.Replace("CANARY", canary, StringComparison.Ordinal));
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run("true"));
        Assert.Contains($"'/{place}': it must be mounted on ordinary directory, and the image has a symbolic link there", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(canary));
    }

    // CVE-2025-31133: what covers the masked paths is our own null device, not the image's file.
    [Fact]
    public void Start_ImageWithItsOwnNull_MasksWithTheRealOne()
    {
        using TestRoot root = TestRoot.Create();
        File.CreateSymbolicLink(root.Layer + "/dev/null", "/proc/sys/kernel/core_pattern");
        Assert.Equal("1:3\n1:3\n", root.Run("stat", "-c", "%t:%T", "/dev/null", "/proc/interrupts").Output);
    }

    [Fact]
    public void Start_NullIsNotTheDevice_IsRefused()
    {
        using TestRoot root = TestRoot.Create();
        File.WriteAllText(root.Layer + "/dev/null", "");
        RuntimeSpec spec = root.Spec("true");
        spec = spec with { Mounts = [.. spec.Mounts!.Where(mount => !mount.Destination.StartsWith("/dev", StringComparison.Ordinal))] };
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(spec));
        Assert.Contains("verify '/dev/null': it is not the null device (1:3)", error.Message, StringComparison.Ordinal);
    }

    // CVE-2019-16884, CVE-2019-19921, CVE-2025-52881
    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/self/attr")]
    [InlineData("/x/../proc/sys")]
    public void Start_VolumeInsideProc_IsRefused(string destination)
    {
        using TestRoot root = TestRoot.Create();
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(WithBind(root, destination)));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("destination inside /proc", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_VolumeInsideProcByALink_IsRefused()
    {
        using TestRoot root = TestRoot.Create();
        File.CreateSymbolicLink(root.Layer + "/innocent", "/proc/sys");
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(WithBind(root, "/innocent")));
        Assert.Contains("the destination lies inside /proc", error.Message, StringComparison.Ordinal);
    }

    // CVE-2021-30465, CVE-2024-45310: links of the image are followed, but only within it.
    [Theory]
    [InlineData("/link/made", "CANARY")]
    [InlineData("/link", "CANARY")]
    [InlineData("/link/made", "../../../../../..CANARY")]
    public void Start_MountThroughALinkOut_TouchesNothingOutside(string destination, string target)
    {
        using TestRoot root = TestRoot.Create();
        string canary = Directory.CreateDirectory(root.Path + "/canary").FullName;
        File.CreateSymbolicLink(root.Layer + "/link", target.Replace("CANARY", canary, StringComparison.Ordinal));
        // What the link names is made in the root, as docker does.
        root.Run(WithBind(root, destination));
        Assert.Empty(Directory.EnumerateFileSystemEntries(canary));
    }

    // CVE-2024-21626
    [Fact]
    public void Start_DirectoryThroughADescriptor_IsRefused()
    {
        using TestRoot root = TestRoot.Create();
        for (int fd = 3; fd <= 40; fd++)
        {
            RuntimeSpec spec = root.Spec("true");
            SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(spec with { Process = spec.Process! with { Cwd = $"/proc/self/fd/{fd}" } }));
            Assert.Contains("chdir to the working directory", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("kernel.core_pattern", "x")]
    [InlineData("net.ipv4.ip_forward", "1+kernel.core_pattern=|/x")]
    [InlineData("net/../kernel.panic", "1")]
    [InlineData("net.ipv4..panic", "1")]
    public void Start_SysctlOfTheHost_IsRefused(string name, string value)
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = root.Spec("true");
        spec = spec with { Linux = spec.Linux! with { Sysctl = new Dictionary<string, string> { [name] = value } } };
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => root.Run(spec)).Kind);
    }

    private static RuntimeSpec WithBind(TestRoot root, string destination)
    {
        string source = Directory.CreateDirectory(root.Path + "/source").FullName;
        RuntimeSpec spec = root.Spec("true");
        return spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = destination, Type = "bind", Source = source, Options = ["rbind"] }] };
    }
}
