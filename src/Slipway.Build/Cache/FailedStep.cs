using Slipway.Oci;

namespace Slipway.Build.Cache;

/// <summary>A RUN step that failed.</summary>
/// <param name="Id">Its name: twelve hexadecimal digits.</param>
/// <param name="Title">The instruction.</param>
/// <param name="Before">The layers that it stood on, by their chain id; null for none.</param>
/// <param name="After">Those with what it left on top; null where that is nothing, or could not be kept.</param>
/// <param name="Run">How it ran.</param>
internal sealed record FailedStep(string Id, string Title, Digest? Before, Digest? After, KeptRun Run);
