using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Pulls from a real registry, and what killed processes and cut lines leave.</summary>
public sealed class PullTests
{
    // Headers and documents.
    private const int Mebibyte = 1 << 20, Slack = 50_000;

    // What is in the buffers of sockets and processes goes with a process that is killed.
    private const int InBuffers = 3 * Mebibyte;

    [Fact]
    public void Pull_OfAnImageThatIsPushed_BringsItBackByteForByte()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string name = $"{registry.Host}/team/app:1";
        RegistryImages.Build(slip, name, Mebibyte, 2 * Mebibyte);
        string before = slip.Ok("image", "inspect", "--format", "{{json .RootFS}}{{json .Id}}", name);
        string pushed = slip.Ok("push", name);
        Assert.Contains($"The push refers to repository [{registry.Host}/team/app]", pushed, StringComparison.Ordinal);
        Assert.Contains("1: digest: sha256:", pushed, StringComparison.Ordinal);
        RegistryImages.RemoveAll(slip);
        string pulled = slip.Ok("pull", name);
        Assert.Contains($"Status: Downloaded newer image for {name}", pulled, StringComparison.Ordinal);
        Assert.EndsWith(name, pulled, StringComparison.Ordinal);
        Assert.Equal(before, slip.Ok("image", "inspect", "--format", "{{json .RootFS}}{{json .Id}}", name));
        slip.Ok("system", "check");
        Assert.Equal(0, RegistryImages.Kept(slip));
        Assert.Contains($"Status: Image is up to date for {name}", slip.Ok("pull", name), StringComparison.Ordinal);
        Assert.Equal(name, slip.Ok("pull", "-q", name));
    }

    [Fact]
    public void Pull_WhereOnlyTheTopLayerChanged_FetchesThatOneOnly()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using Slip maker = new(), slip = new();
        string name = $"{proxy.Host}/app";
        RegistryImages.Build(maker, name, 5 * Mebibyte);
        maker.Ok("push", name);
        slip.Ok("pull", name);
        string file = maker.Write("top/Dockerfile", $"FROM {name}\nCOPY Dockerfile /top\n");
        maker.Ok("build", "-t", name, Path.GetDirectoryName(file)!);
        long sentBefore = proxy.Received;
        Assert.Contains("Layer already exists", maker.Ok("push", name), StringComparison.Ordinal);
        Assert.InRange(proxy.Received - sentBefore, 1, Slack);
        long before = proxy.Sent;
        Assert.Contains("Already exists", slip.Ok("pull", name), StringComparison.Ordinal);
        Assert.InRange(proxy.Sent - before, 1, Slack);
    }

    [Fact]
    public async Task Pull_KilledInTheMiddle_GoesOnWhereItStopped()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using Slip maker = new(), slip = new();
        string name = $"{proxy.Host}/app";
        RegistryImages.Build(maker, name, 2 * Mebibyte, 2 * Mebibyte, 8 * Mebibyte);
        maker.Ok("push", name);
        long before = proxy.Sent, size = RegistryImages.SizeOf(registry, "app");
        // The second try is killed as well, when it has come further.
        foreach (int bytes in (int[])[7 * Mebibyte, 2 * Mebibyte])
        {
            proxy.HoldAfter(bytes);
            using Process pull = slip.Start("pull", name);
            await proxy.Held(TestContext.Current.CancellationToken);
            await Taken(slip);
            pull.Kill();
            await pull.WaitForExitAsync(TestContext.Current.CancellationToken);
            proxy.Release();
        }
        slip.Ok("pull", name);
        Assert.InRange(proxy.Sent - before, size, size + 2 * InBuffers);
        slip.Ok("system", "check");
        Assert.Equal(0, RegistryImages.Kept(slip));
    }

    [Fact]
    public async Task Pull_InterruptedByCtrlC_KeepsWhatHasCome()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using Slip maker = new(), slip = new();
        string name = $"{proxy.Host}/app";
        RegistryImages.Build(maker, name, 8 * Mebibyte);
        maker.Ok("push", name);
        long before = proxy.Sent;
        proxy.HoldAfter(5 * Mebibyte);
        using Process pull = slip.Start("pull", name);
        await proxy.Held(TestContext.Current.CancellationToken);
        await Taken(slip);
        RegistryImages.Run("kill", "-INT", pull.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await pull.WaitForExitAsync(TestContext.Current.CancellationToken);
        proxy.Release();
        Assert.NotEqual(0, pull.ExitCode);
        Assert.Equal("", slip.Ok("images", "-q"));
        Assert.InRange(RegistryImages.Kept(slip), 1, 8 * Mebibyte);
        slip.Ok("pull", name);
        long size = RegistryImages.SizeOf(registry, "app");
        Assert.InRange(proxy.Sent - before, size, size + InBuffers);
    }

    [Fact]
    public void Pull_OfALineThatIsCut_GoesOnByItself()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using Slip maker = new(), slip = new();
        string name = $"{proxy.Host}/app";
        RegistryImages.Build(maker, name, 8 * Mebibyte);
        maker.Ok("push", name);
        long before = proxy.Sent;
        proxy.CutAfter(3 * Mebibyte);
        slip.Ok("pull", name);
        long size = RegistryImages.SizeOf(registry, "app");
        Assert.InRange(proxy.Sent - before, size, size + InBuffers);
    }

    [Fact]
    public async Task Pull_TwiceAtOnce_FetchesEachBlobOnce()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var proxy = new CountingProxy(registry.Port);
        using Slip maker = new(), slip = new();
        string name = $"{proxy.Host}/app";
        RegistryImages.Build(maker, name, 3 * Mebibyte, 6 * Mebibyte);
        maker.Ok("push", name);
        long before = proxy.Sent;
        proxy.HoldAfter(4 * Mebibyte);
        using Process first = slip.Start("pull", name);
        await proxy.Held(TestContext.Current.CancellationToken);
        using Process second = slip.Start("pull", name);
        proxy.Release();
        foreach (Process pull in (Process[])[first, second])
        {
            string errors = await pull.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await pull.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(pull.ExitCode == 0, errors);
        }
        long size = RegistryImages.SizeOf(registry, "app");
        Assert.InRange(proxy.Sent - before, size, size + Slack);
        slip.Ok("system", "check");
    }

    [Fact]
    public void Pull_ByDigest_IsFoundByIt()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string name = $"{registry.Host}/app";
        RegistryImages.Build(slip, name, 1000);
        slip.Ok("push", name);
        string digest = slip.Ok("image", "inspect", "--format", "{{index .RepoDigests 0}}", name);
        RegistryImages.RemoveAll(slip);
        Assert.Contains($"Digest: {digest.Split('@')[1]}", slip.Ok("pull", digest), StringComparison.Ordinal);
        Assert.Contains("<none>", slip.Ok("images"), StringComparison.Ordinal);
        slip.Ok("image", "inspect", digest);
        slip.Ok("rmi", digest);
        Assert.Equal("", slip.Ok("images", "-q"));
    }

    [Fact]
    public void Pull_OfAllTags_BringsEach()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string name = $"{registry.Host}/app";
        RegistryImages.Build(slip, name + ":a", 1000);
        RegistryImages.Build(slip, name + ":b", 1000);
        slip.Ok("push", "-a", name);
        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", "-a", name);
        string images = slip.Ok("images", name);
        Assert.Equal(3, images.Split('\n').Length);
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("run")]
    public void Pull_OfWhatIsNotThere_SaysSoAsDockerDoes(string command)
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        Slip.Result result = slip.Run(command, $"{registry.Host}/nothing:here");
        Assert.Equal(command == "run" ? 125 : 1, result.ExitCode);
        Assert.Contains($"manifest for {registry.Host}/nothing:here not found: manifest unknown", result.Errors, StringComparison.Ordinal);
        Assert.Equal(command == "run", result.Errors.Contains($"Unable to find image '{registry.Host}/nothing:here' locally", StringComparison.Ordinal));
        Assert.Equal(0, RegistryImages.Kept(slip));
    }

    [Fact]
    public void Run_OfAnImageThatIsNotHere_PullsIt()
    {
        Needs.Containers();
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/lib/busybox";
        slip.Ok("tag", "busybox", name);
        slip.Ok("push", name);
        RegistryImages.RemoveAll(slip);
        Assert.Contains("No such image", slip.Run("run", "--rm", "--pull", "never", name, "echo", "hi").Errors, StringComparison.Ordinal);
        Slip.Result result = slip.Run("run", "--rm", name, "echo", "hi");
        Assert.Equal((0, "hi\n"), (result.ExitCode, result.Output));
        Assert.Contains($"Unable to find image '{name}:latest' locally", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Image is up to date", slip.Run("run", "--rm", "--pull", "always", name, "true").Errors, StringComparison.Ordinal);
        RegistryImages.RemoveAll(slip);
        string file = slip.Write("from/Dockerfile", $"FROM {name}\nRUN echo built > /built\n");
        slip.Ok("build", "-t", "derived", Path.GetDirectoryName(file)!);
        Assert.Equal("built", slip.Ok("run", "--rm", "derived", "cat", "/built"));
    }

    // What was sent lies in sockets for a while on a busy machine; it has been taken when no more of it comes to the disk.
    private static async Task Taken(Slip slip)
    {
        for (long before = -1, now; (now = RegistryImages.Kept(slip)) > before; before = now)
            await Task.Delay(500, TestContext.Current.CancellationToken);
    }
}
