namespace Slipway.Monitor.Commands;

/// <summary>One option of a command.</summary>
/// <param name="Name">Long name without dashes.</param>
/// <param name="Value">What its value is called in the help; null for a switch.</param>
/// <param name="Help">What it does, in a line.</param>
/// <param name="Short">One letter; null for none.</param>
internal sealed record Option(string Name, string? Value, string Help, char? Short = null);
