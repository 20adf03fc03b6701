using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Auth;

namespace Slipway.Engine.Images.Pulling;

/// <summary>What is to be pulled.</summary>
/// <param name="Image">Its name: with a digest exactly that content, else what the tag names now.</param>
public sealed record PullRequest(Reference Image)
{
    /// <summary>Of an image for several platforms, this one; null takes the one for this machine.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Who asks, where it is not who runs this program; null: what is kept here.</summary>
    public ICredentialSource? Credentials { get; init; }

    /// <summary>Every tag of the repository.</summary>
    public bool AllTags { get; init; }
}
