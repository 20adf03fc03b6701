using Slipway.Oci;

namespace Slipway.Build.Cache;

/// <summary>A step that was made before.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Ingredients">What the key was made of.</param>
/// <param name="Gone">When its layer was given up; null where it was not.</param>
/// <param name="Layer">The layer that it made; null for none.</param>
internal sealed record EarlierStep(Digest Key, IReadOnlyList<(string Name, string Value)> Ingredients, DateTimeOffset? Gone, Digest? Layer);
