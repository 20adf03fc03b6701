namespace Slipway.Runtime.Plan;

/// <summary>Places at which a child tells its parent where it is.</summary>
internal enum Checkpoint
{
    /// <summary>Waits in its user namespace for the id maps, and whatever else only the host's root may write for it.</summary>
    Mapped = 1,

    /// <summary>Waits with the time namespace unshared for its children, for the offsets.</summary>
    Unshared = 2,

    /// <summary>Waits with everything mounted and the host's root still there, for the hooks of create.</summary>
    Mounted = 3,

    /// <summary>Waits with nothing left to do but to execute, for the hooks of start.</summary>
    Ready = 4,

    /// <summary>The same, and goes on when something is written to its start fifo, whoever does it.</summary>
    Parked = 5,

    /// <summary>Waits with its filter loaded, for the agent to have the listener, whose number it tells.</summary>
    Filtered = 6,

    /// <summary>Waits with the number of the directory that a tmpfs is going to cover; negative where there was none.</summary>
    Covering = 7,

    /// <summary>Waits with the number of the tmpfs's context, which takes its mode from what it covers.</summary>
    Configuring = 8,

    /// <summary>Waits with the number of the tmpfs, attached nowhere, to be filled with what it covers.</summary>
    Filling = 9,

    /// <summary>Waits with the number of its root, beneath which the next checkpoint's place is.</summary>
    Rooted = 10,

    /// <summary>Waits with the index of a place that a link names and that is not there (<see cref="StartPlan.Places"/>), for it to be made.</summary>
    Dangling = 11,
}
