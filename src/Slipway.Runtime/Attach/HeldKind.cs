namespace Slipway.Runtime.Attach;

/// <summary>What a monitor is to do for a container that runs.</summary>
internal enum HeldKind : byte
{
    /// <summary>Let go of the host's ports that it holds.</summary>
    DropPorts = 0,

    /// <summary>Hold these, too.</summary>
    Ports = 1,

    /// <summary>Begin the program's service with these two; what it is told stands in the run directory.</summary>
    Service = 2,
}
