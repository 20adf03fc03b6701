using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers;

/// <summary>A command to run in a running container; null is "as the container has it".</summary>
public sealed record ExecRequest
{
    /// <summary>The command and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary><c>NAME=value</c> over the container's.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary><c>user[:group]</c>, by name or number.</summary>
    public string? User { get; init; }

    /// <summary>Absolute path in the container.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Our standard input is its.</summary>
    public bool Interactive { get; init; }

    /// <summary>A terminal of its own.</summary>
    public bool Terminal { get; init; }

    /// <summary>The terminal's size from its first moment on; null leaves it at 0 by 0.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>With all capabilities, whatever the container has.</summary>
    public bool Privileged { get; init; }

    /// <summary>Its output is asked for.</summary>
    public bool Stdout { get; init; } = true;

    /// <summary>Its errors are asked for.</summary>
    public bool Stderr { get; init; } = true;

    /// <summary>Keys that leave it alone, as <c>ctrl-p,ctrl-q</c>; null is those.</summary>
    public string? DetachKeys { get; init; }

    /// <summary>Started and left alone.</summary>
    public bool Detach { get; init; }
}
