using Slipway.Linux;

namespace Slipway.Runtime.Plan;

/// <summary>What a process that is ready waits for before it executes.</summary>
/// <param name="Checked">Whether what is to be executed is looked for first, so that create can tell that it is missing.</param>
/// <param name="Waits">Waits for the parent.</param>
/// <param name="Fifo">Waits for a byte from this fifo, open for reading and writing; null: doesn't.</param>
internal sealed record StartGate(bool Checked, bool Waits, SafeFd? Fifo)
{
    /// <summary>Executes at once: an error of that reaches the parent.</summary>
    public static StartGate Open { get; } = new(Checked: false, Waits: false, Fifo: null);
}
