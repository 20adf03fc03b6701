using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

/// <summary>What <c>wait</c> waits for: the first three are docker's, the others podman's.</summary>
public enum WaitCondition
{
    /// <summary>That it doesn't run: one that has ended, or never ran, answers at once.</summary>
    NotRunning,

    /// <summary>That it ends, the next time that it does.</summary>
    NextExit,

    /// <summary>That it is removed.</summary>
    Removed,

    /// <summary>That it runs.</summary>
    Running,

    /// <summary>That it is paused.</summary>
    Paused,

    /// <summary>That its checks find it healthy.</summary>
    Healthy,

    /// <summary>That its checks find it unhealthy.</summary>
    Unhealthy,
}

/// <summary>The conditions by name.</summary>
public static class WaitConditions
{
    /// <summary>Reads one: <c>not-running</c>, also <c>stopped</c> and <c>exited</c>, <c>next-exit</c>, <c>removed</c>, <c>running</c>, <c>paused</c>, <c>healthy</c>, <c>unhealthy</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another word.</exception>
    public static WaitCondition Parse(string text) => text.ToLowerInvariant() switch
    {
        "" or "not-running" or "stopped" or "exited" => WaitCondition.NotRunning,
        "next-exit" => WaitCondition.NextExit,
        "removed" => WaitCondition.Removed,
        "running" => WaitCondition.Running,
        "paused" => WaitCondition.Paused,
        "healthy" => WaitCondition.Healthy,
        "unhealthy" => WaitCondition.Unhealthy,
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid condition: \"{Printable.Escape(text)}\"")
        {
            Hint = "there are not-running, next-exit, removed, running, paused, healthy and unhealthy",
        },
    };
}
