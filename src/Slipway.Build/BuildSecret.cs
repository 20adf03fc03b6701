namespace Slipway.Build;

/// <summary>A secret that a RUN may ask for by <c>--mount=type=secret</c>. Its value is read when a step runs, and is kept nowhere.</summary>
public sealed record BuildSecret
{
    /// <summary>Bytes of the largest secret.</summary>
    public const int MaxBytes = 500 * 1024;

    /// <summary>A file of the host's that holds it; null where <see cref="Value"/> is it.</summary>
    public string? Path { get; init; }

    /// <summary>The secret itself.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Never what it holds.</summary>
    public override string ToString() => "secret";
}
