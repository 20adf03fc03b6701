namespace Slipway.Engine.Builds;

/// <summary>Why a second build made another image.</summary>
/// <param name="Instruction">The instruction whose layer is another, as the history has it; null where the layers are the same.</param>
/// <param name="Path">The first file that differs; null where it is no file.</param>
/// <param name="What">What differs.</param>
/// <param name="Cause">Why that happens, and what to do; null where it isn't known.</param>
/// <param name="Others">How many more files differ.</param>
public sealed record BuildDifference(string? Instruction, string? Path, string What, string? Cause, int Others);
