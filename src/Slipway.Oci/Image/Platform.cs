using System.Runtime.InteropServices;

namespace Slipway.Oci.Image;

/// <summary>Operating system and processor that an image is for (image-spec, image-index.md), in Go's names.</summary>
public sealed record Platform
{
    public required string Architecture { get; init; }
    public required string OS { get; init; }
    public string? OSVersion { get; init; }
    public string? Variant { get; init; }

    /// <summary>This machine's.</summary>
    public static Platform Host { get; } = new()
    {
        OS = "linux",
        Architecture = RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        },
    };

    /// <inheritdoc/>
    public override string ToString() => Variant is null ? $"{OS}/{Architecture}" : $"{OS}/{Architecture}/{Variant}";
}
