using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>The process of a RUN ended with another exit code than 0.</summary>
/// <param name="operation">The RUN.</param>
/// <param name="exitCode">That code.</param>
/// <param name="mounts">What was mounted, and is no more.</param>
internal sealed class RunFailedException(RunOperation operation, int exitCode, StepMounts mounts)
    : SlipwayException(ErrorKind.InvalidArgument, $"process \"{string.Join(' ', operation.Args)}\" did not complete successfully: exit code: {exitCode}")
{
    /// <summary>How it ran, so that somebody can go there after the build.</summary>
    public KeptRun Keep() => new(operation, mounts.Keep());
}
