namespace Slipway.Build.Dockerfile;

/// <summary>Lines of a Dockerfile, counted from 1, both ends included.</summary>
public readonly record struct LineRange(int First, int Last)
{
    /// <summary>Each of them.</summary>
    public IEnumerable<int> Numbers => Enumerable.Range(First, Last - First + 1);

    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
