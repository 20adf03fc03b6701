using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Pushes to a real registry.</summary>
public sealed class PushTests
{
    private const int Mebibyte = 1 << 20, Slack = 50_000;

    [Fact]
    public void Push_OfWhatAnotherRepositoryHas_MountsItWithoutSendingIt()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using var slip = new Slip();
        RegistryImages.Build(slip, $"{proxy.Host}/one", 5 * Mebibyte);
        slip.Ok("push", $"{proxy.Host}/one");
        slip.Ok("tag", $"{proxy.Host}/one", $"{proxy.Host}/two");
        long before = proxy.Received;
        Assert.Contains("Mounted from one", slip.Ok("push", $"{proxy.Host}/two"), StringComparison.Ordinal);
        Assert.InRange(proxy.Received - before, 1, Slack);
    }

    [Fact]
    public void Push_OverALineThatIsCut_GoesOnWhereItStopped()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using var slip = new Slip();
        string name = $"{proxy.Host}/app";
        RegistryImages.Build(slip, name, 20 * Mebibyte);
        proxy.CutAfter(8 * Mebibyte);
        slip.Ok("push", name);
        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", name);
        slip.Ok("system", "check");
    }

    [Fact]
    public void Push_OfWhatIsNotHere_SaysSoAsDockerDoes()
    {
        Needs.Executables();
        using var slip = new Slip();
        Slip.Result result = slip.Run("push", "127.0.0.1:1/nothing");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("An image does not exist locally with the tag: 127.0.0.1:1/nothing", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Push_Quietly_PrintsTheNameOnly()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        RegistryImages.Build(slip, $"{registry.Host}/app", 1000);
        Assert.Equal($"{registry.Host}/app:latest", slip.Ok("push", "-q", $"{registry.Host}/app"));
    }
}
