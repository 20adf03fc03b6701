using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>What a test needs of the machine; without it the test is skipped with the reason.</summary>
public static class Needs
{
    public static void Executables() =>
        Assert.SkipUnless(File.Exists(Slip.Executable), "out/slip is not built: run ./build");

    public static void Containers()
    {
        Executables();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "containers need root");
        Assert.SkipUnless(File.ReadAllText("/proc/filesystems").Contains("overlay", StringComparison.Ordinal), "the kernel has no overlay file system");
        Assert.SkipUnless(File.Exists(BusyboxTar.Busybox), "busybox-static is not installed");
    }

    /// <summary>The path of a program, or a skip.</summary>
    public static string Program(string name)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"{name} is not installed");
        return found!;
    }

    /// <summary>docker's command line with buildx and compose, as <c>eng/docker-clients.sh</c> brings them; or a skip.</summary>
    public static string DockerClients()
    {
        string root = Path.Combine(Slip.Checkout, "out", "clients", "usr");
        Assert.SkipUnless(File.Exists(Path.Combine(root, "bin", "docker")), "docker with buildx and compose is not there: run eng/docker-clients.sh $PWD/out/clients");
        return root;
    }

    /// <summary>The buildx of Debian's next release, in a directory of docker's plugins; or a skip.</summary>
    public static string NewerBuildx()
    {
        DockerClients();
        string plugins = Path.Combine(Slip.Checkout, "out", "clients", "newer", "usr", "libexec", "docker", "cli-plugins");
        Assert.SkipUnless(Directory.Exists(plugins), "a newer buildx is not there: remove out/clients, and run eng/docker-clients.sh $PWD/out/clients");
        return plugins;
    }
}
