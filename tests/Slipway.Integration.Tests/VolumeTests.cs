using Xunit;

namespace Slipway.Integration.Tests;

public sealed class VolumeTests
{
    [Fact]
    public void NamedVolume_StartsAsACopyOfTheImage_AndOutlivesContainers()
    {
        using Slip slip = Slip.WithBusybox();
        // With the places for names, which are mounted over it, as docker leaves them.
        Assert.Equal("group\nhostname\nhosts\npasswd\nresolv.conf", slip.Ok("run", "--rm", "-v", "etc:/etc", "busybox", "ls", "/etc"));
        slip.Ok("run", "--rm", "-v", "etc:/etc", "busybox", "sh", "-c", "echo kept > /etc/file");
        Assert.Equal("kept", slip.Ok("run", "--rm", "-v", "etc:/etc", "busybox", "cat", "/etc/file"));
        Assert.Equal("1", slip.Ok("run", "--rm", "busybox", "sh", "-c", "test -e /etc/file; echo $?"));
    }

    [Fact]
    public void BindMount_IsTheHostsDirectory_ReadOnlyHolds()
    {
        using Slip slip = Slip.WithBusybox();
        string file = slip.Write("shared/note", "from the host");
        string directory = Path.GetDirectoryName(file)!;
        Assert.Equal("from the host", slip.Ok("run", "--rm", "-v", $"{directory}:/mnt", "busybox", "cat", "/mnt/note"));
        slip.Ok("run", "--rm", "-v", $"{directory}:/mnt", "busybox", "sh", "-c", "echo back > /mnt/answer");
        Assert.Equal("back\n", File.ReadAllText(Path.Combine(directory, "answer")));
        Assert.NotEqual(0, slip.Run("run", "--rm", "-v", $"{directory}:/mnt:ro", "busybox", "touch", "/mnt/x").ExitCode);
    }

    [Fact]
    public void Rm_InUse_IsRefused()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "c-u", "-v", "held:/data", "busybox", "true");
        Assert.Contains("volume is in use", slip.Run("volume", "rm", "held").Errors, StringComparison.Ordinal);
        slip.Ok("rm", "c-u");
        slip.Ok("volume", "rm", "held");
        Assert.Equal("", slip.Ok("volume", "ls", "-q"));
    }

    [Fact]
    public void AnonymousVolume_GoesWithRmOption()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--rm", "-v", "/data", "busybox", "touch", "/data/x");
        Assert.Equal("", slip.Ok("volume", "ls", "-q"));
    }
}
