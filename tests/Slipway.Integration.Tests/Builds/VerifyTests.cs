using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary><c>build --verify</c>: what is the same twice says so, and what is not is named.</summary>
public sealed class VerifyTests
{
    [Fact]
    public void AReproducibleBuild_SaysSo_AndLeavesOneImage()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox AS a\nRUN echo 1 > /a\nFROM busybox\nCOPY --from=a /a /a\nRUN mkdir /d; ls / > /d/list\n");

        Slip.Result result = slip.Run("build", "-t", "same", "--verify", Path.Combine(slip.Scratch, "ctx"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("reproducible: the second build made sha256:", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, slip.Ok("images", "-aq").Split('\n').Length);
    }

    [Theory]
    [InlineData("RUN date +%s > /when", "/when", "bytes ", "a time")]
    [InlineData("RUN hostname > /name", "/name", "bytes ", "the host name of the build is in it")]
    [InlineData("RUN mkdir -p /var/log && date > /var/log/build.log", "/var/log/build.log", "bytes ", "logs have times in them")]
    [InlineData("RUN cat /proc/sys/kernel/random/uuid > /etc/machine-id", "/etc/machine-id", "bytes ", "a machine id is random")]
    [InlineData("RUN mktemp /etc/XXXXXX", "/etc/", "", "not known")]
    public void WhatIsNot_IsNamed_WithItsInstructionAndCause(string run, string file, string difference, string cause)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", $"FROM busybox\nRUN echo fine > /fine\n{run}\n");

        Slip.Result result = slip.Run("build", "--verify", Path.Combine(slip.Scratch, "ctx"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("not reproducible", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"file         {file}", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"difference   {difference}", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"cause        {cause}", result.Errors, StringComparison.Ordinal);
        Assert.Contains("instruction  RUN ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("instruction  RUN /bin/sh -c echo fine", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, slip.Ok("images", "-aq").Split('\n').Length);
    }

    // One processor, where the machine has more.
    [Fact]
    public void TheCountOfProcessors_IsAnother()
    {
        Assert.SkipWhen(Environment.ProcessorCount < 2, "needs two processors");
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/Dockerfile", "FROM busybox\nRUN nproc > /count\n");

        Assert.Contains("file         /count", slip.Run("build", "--verify", Path.Combine(slip.Scratch, "ctx")).Errors, StringComparison.Ordinal);
    }
}
