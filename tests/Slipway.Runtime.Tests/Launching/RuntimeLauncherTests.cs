using Slipway.Oci;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;
using Xunit;

namespace Slipway.Runtime.Tests.Launching;

/// <summary>With the real slip-runtime, where one has been built.</summary>
public sealed class RuntimeLauncherTests
{
    [Fact]
    public void Start_NoBundle_TheErrorArrivesWhole()
    {
        using var directory = new TempDirectory();
        using var launcher = new RuntimeLauncher(Executable());
        launcher.Prepare();

        SlipwayException error = Assert.ThrowsAny<SlipwayException>(() => launcher.Start(Config(directory), attach: true));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Root));
    }

    [Fact]
    public void Start_ConfigWithoutAProcess_IsInvalid()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.Path("config.json"), """{"ociVersion":"1.2.0"}""");
        using var launcher = new RuntimeLauncher(Executable());

        Assert.Equal(ErrorKind.InvalidArgument, Assert.ThrowsAny<SlipwayException>(() => launcher.Start(Config(directory), attach: false)).Kind);
    }

    [Fact]
    public void Start_NoExecutable_NamesIt()
    {
        using var directory = new TempDirectory();
        using var launcher = new RuntimeLauncher("/nonexistent/slip-runtime");

        Assert.Contains("/nonexistent/slip-runtime", Assert.ThrowsAny<IOException>(() => launcher.Start(Config(directory), attach: false)).Message, StringComparison.Ordinal);
    }

    private static MonitorConfig Config(TempDirectory directory) =>
        new() { Id = "test", Bundle = directory.Root, RunDir = directory.Path("run"), ExitPath = directory.Path("exit.json") };

    private static string Executable()
    {
        string? path = Environment.GetEnvironmentVariable("SLIPWAY_RUNTIME");
        for (DirectoryInfo? up = new(AppContext.BaseDirectory); path is null && up is not null; up = up.Parent)
        {
            string built = Path.Combine(up.FullName, "out", "slip-runtime");
            path = File.Exists(built) ? built : null;
        }
        Assert.SkipWhen(path is null, "slip-runtime has not been built (./build, or SLIPWAY_RUNTIME)");
        return path;
    }
}
