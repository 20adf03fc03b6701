namespace Slipway.Engine.Recording;

/// <summary>One flag of <c>run</c>, as it would be typed.</summary>
/// <param name="Name">With its dashes: <c>--env</c>.</param>
/// <param name="Value">Its value; null: it stands alone.</param>
internal readonly record struct RunFlag(string Name, string? Value = null);
