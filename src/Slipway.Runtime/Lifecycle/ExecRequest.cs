using Slipway.Oci.Runtime;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Lifecycle;

/// <summary>A further process of a container.</summary>
public sealed record ExecRequest
{
    /// <summary>What to execute and as whom.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>Nobody waits for it: with a terminal it needs a <see cref="ConsoleSocket"/>.</summary>
    public bool Detached { get; init; }

    /// <inheritdoc cref="CreateRequest.ConsoleSocket"/>
    public string? ConsoleSocket { get; init; }

    /// <inheritdoc cref="CreateRequest.PidFdSocket"/>
    public string? PidFdSocket { get; init; }

    /// <inheritdoc cref="CreateRequest.PidFile"/>
    public string? PidFile { get; init; }

    /// <inheritdoc cref="CreateRequest.PreservedFds"/>
    public int PreservedFds { get; init; }

    /// <summary>Cgroups below the container's to be in: a path from there, or <c>CONTROLLERS:PATH</c> for one hierarchy of v1.</summary>
    public IReadOnlyList<string> SubCgroups { get; init; } = [];

    /// <summary>Starts it even where the container is paused, to stand still with it.</summary>
    public bool EvenPaused { get; init; }

    /// <inheritdoc cref="CreateRequest.Watch"/>
    public StartWatch? Watch { get; init; }
}
