namespace Slipway.Runtime.Attach;

/// <summary>
/// The first byte of a frame. A frame is <c>[type, 0, 0, 0, length: u32 big-endian, payload]</c>, the form of Docker's raw stream,
/// of which 0 to 2 are Docker's own numbers.
/// </summary>
internal enum FrameType : byte
{
    /// <summary>To the container's standard input.</summary>
    Stdin = 0,

    /// <summary>From its standard output, or from its terminal.</summary>
    Stdout = 1,

    /// <summary>From its standard error.</summary>
    Stderr = 2,

    /// <summary>The client's terminal has this size: height, width, u16 big-endian each.</summary>
    Resize = 3,

    /// <summary>The client's input has ended.</summary>
    CloseStdin = 4,

    /// <summary>The process has ended with this code (i32 big-endian); all its output came before.</summary>
    Exit = 5,

    /// <summary>The owner's answer to <see cref="Exit"/>: it cleans up itself, and the exit command is not run.</summary>
    TakeOver = 6,

    /// <summary>To a fresh monitor: one byte (1: stay attached as the owner), then a MonitorConfig as JSON.</summary>
    LaunchContainer = 7,

    /// <summary>To a fresh exec: the same, with an ExecConfig.</summary>
    LaunchExec = 8,

    /// <summary>The process runs: the ContainerState as JSON.</summary>
    Started = 9,

    /// <summary>It does not: ErrorKind as one byte, then the message.</summary>
    Failed = 10,

    /// <summary>Before <see cref="Started"/>, where it was asked for: what the start cost, as text.</summary>
    Timing = 11,

    /// <summary>To a fresh monitor: one byte, then a PlanRequest as JSON.</summary>
    Explain = 12,

    /// <summary>Its answer: the plan as text.</summary>
    Plan = 13,

    /// <summary>To a monitor whose container runs: <see cref="HeldKind"/> and how many descriptors come when it has answered, a byte each.</summary>
    Hold = 14,

    /// <summary>Its answer: it waits for them, and once more when it has them.</summary>
    Ready = 15,
}
