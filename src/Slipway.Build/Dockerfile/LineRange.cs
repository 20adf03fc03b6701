namespace Slipway.Build.Dockerfile;

/// <summary>Lines of a Dockerfile, counted from 1, both ends included.</summary>
public readonly record struct LineRange(int First, int Last)
{
    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
