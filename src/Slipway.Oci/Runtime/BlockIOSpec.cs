namespace Slipway.Oci.Runtime;

/// <summary>Weights and bounds at the disks (config-linux.md#block-io).</summary>
public sealed record BlockIOSpec
{
    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <inheritdoc cref="Weight"/>
    public ushort? LeafWeight { get; init; }
    public IReadOnlyList<DeviceWeight>? WeightDevice { get; init; }
    public IReadOnlyList<DeviceThrottle>? ThrottleReadBpsDevice { get; init; }
    public IReadOnlyList<DeviceThrottle>? ThrottleWriteBpsDevice { get; init; }
    public IReadOnlyList<DeviceThrottle>? ThrottleReadIopsDevice { get; init; }
    public IReadOnlyList<DeviceThrottle>? ThrottleWriteIopsDevice { get; init; }
}

/// <summary>A disk's own weight; at least one of the two is given.</summary>
public sealed record DeviceWeight
{
    public required long Major { get; init; }
    public required long Minor { get; init; }
    public ushort? Weight { get; init; }
    public ushort? LeafWeight { get; init; }
}

/// <summary>A disk's bound, in bytes or operations a second; a rate of 0 is none.</summary>
public sealed record DeviceThrottle
{
    public required long Major { get; init; }
    public required long Minor { get; init; }
    public required ulong Rate { get; init; }
}
