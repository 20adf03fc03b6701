namespace Slipway.Runtime.Lifecycle;

/// <summary>Where a container is in its life (runtime.md#state).</summary>
public enum ContainerStatus
{
    /// <summary>Being made, or left half-made by a runtime that was killed.</summary>
    Creating,

    /// <summary>Waits to be started.</summary>
    Created,

    /// <summary>Its program runs.</summary>
    Running,

    /// <summary>Its program runs, and is frozen.</summary>
    Paused,

    /// <summary>Its process has ended.</summary>
    Stopped,
}

/// <summary>How a status is written.</summary>
public static class ContainerStatusText
{
    /// <summary>The word of the specification: <c>running</c>.</summary>
    public static string Word(this ContainerStatus status) => status.ToString().ToLowerInvariant();
}
