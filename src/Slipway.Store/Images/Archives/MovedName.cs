using Slipway.Oci;

namespace Slipway.Store.Images.Archives;

/// <summary>A name that a load has taken from an image.</summary>
/// <param name="Name">Which.</param>
/// <param name="From">The image that it pointed at.</param>
public sealed record MovedName(Reference Name, Digest From)
{
    /// <summary>The line that docker's users know.</summary>
    public override string ToString() => $"The image {Name.Familiar} already exists, renaming the old one with ID {From} to empty string";
}
