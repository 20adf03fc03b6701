namespace Slipway.Engine.Containers;

/// <summary>Where a container stands in its life.</summary>
public enum ContainerStatus
{
    /// <summary>Made, never started.</summary>
    Created,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Its process ended; the writable layer is there.</summary>
    Exited,

    /// <summary>Being removed; what is left of it goes with the next removal.</summary>
    Removing,
}

/// <summary>What can happen to a container.</summary>
public enum ContainerEvent
{
    /// <summary>Its process was started.</summary>
    Start,

    /// <summary>Its process ended.</summary>
    Exit,

    /// <summary>It is to go.</summary>
    Remove,
}

/// <summary>The life cycle as one table: everything else asks it.</summary>
public static class ContainerLifecycle
{
    /// <summary>The state after <paramref name="what"/>, or null where that can't happen.</summary>
    public static ContainerStatus? Next(ContainerStatus now, ContainerEvent what) => (now, what) switch
    {
        (ContainerStatus.Created or ContainerStatus.Exited, ContainerEvent.Start) => ContainerStatus.Running,
        (ContainerStatus.Running, ContainerEvent.Exit) => ContainerStatus.Exited,
        (ContainerStatus.Created or ContainerStatus.Exited or ContainerStatus.Removing, ContainerEvent.Remove) => ContainerStatus.Removing,
        _ => null,
    };
}
