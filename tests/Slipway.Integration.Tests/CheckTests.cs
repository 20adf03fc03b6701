using Xunit;

namespace Slipway.Integration.Tests;

public sealed class CheckTests
{
    [Fact]
    public void SystemCheck_StoreInUse_IsWhole()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--network", "none", "-v", "data:/data", "busybox", "sleep", "1000");

        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
        Assert.Equal("everything is as it should be", slip.Ok("image", "verify", "busybox"));
    }

    [Fact]
    public void SystemCheck_FileOfALayerChanged_NamesItAndRepairsItOnceNothingRuns()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--network", "none", "busybox", "sleep", "1000");
        string passwd = Assert.Single(Directory.GetFiles(Path.Combine(slip.DataRoot, "layers"), "passwd", SearchOption.AllDirectories));
        string before = File.ReadAllText(passwd);
        File.WriteAllText(passwd, before.Replace("boat", "goat", StringComparison.Ordinal));

        Slip.Result verified = slip.Run("image", "verify", "busybox");
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("/etc/passwd in layer", verified.Output, StringComparison.Ordinal);
        Slip.Result refused = slip.Run("system", "check", "--repair");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("a running container stands on it", refused.Output, StringComparison.Ordinal);

        slip.Ok("rm", "-f", id);
        Assert.Contains("nothing is wrong any more", slip.Ok("system", "check", "--repair"), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(passwd));
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
    }

    [Fact]
    public void SystemCheck_WritableLayerOrVolumeIsGone_SaysWhose()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("create", "--name", "app", "busybox", "true");
        slip.Ok("volume", "create", "data");
        Directory.Delete(Path.Combine(slip.DataRoot, "containers", id), recursive: true);
        Directory.Delete(Path.Combine(slip.DataRoot, "volumes", "data", "_data"), recursive: true);

        Slip.Result result = slip.Run("system", "check");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("container app: its writable layer is missing", result.Output, StringComparison.Ordinal);
        Assert.Contains("volume data: its directory is missing", result.Output, StringComparison.Ordinal);
    }
}
