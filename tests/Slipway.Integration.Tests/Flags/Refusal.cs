using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>A run that the engine refuses, as docker does: 125, the reason, and no container.</summary>
internal static class Refusal
{
    /// <summary>Runs busybox with the flags.</summary>
    public static void Check(Slip slip, string[] flags, string message)
    {
        Slip.Result result = slip.Run(["run", "--rm", .. flags, "busybox", "true"]);
        Assert.Equal(125, result.ExitCode);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }
}
