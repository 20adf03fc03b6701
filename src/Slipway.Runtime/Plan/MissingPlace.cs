namespace Slipway.Runtime.Plan;

/// <summary>Where something is to be mounted and a dangling link of the image's leads.</summary>
/// <param name="Path">Clean, in the container.</param>
/// <param name="IsDirectory">What is to be made there: a directory, or an empty file.</param>
internal sealed record MissingPlace(string Path, bool IsDirectory);
