using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>The process of a RUN ended with another exit code than 0, or could not be started.</summary>
/// <param name="operation">The RUN.</param>
/// <param name="kind">What failed.</param>
/// <param name="message">And how.</param>
/// <param name="mounts">What was mounted: it is no more when this is handled.</param>
internal sealed class RunFailedException(RunOperation operation, ErrorKind kind, string message, StepMounts mounts) : SlipwayException(kind, message)
{
    /// <summary>It ended with that exit code.</summary>
    public static RunFailedException Of(RunOperation operation, int exitCode, StepMounts mounts) =>
        new(operation, ErrorKind.InvalidArgument, $"process \"{string.Join(' ', operation.Args)}\" did not complete successfully: exit code: {exitCode}", mounts);

    /// <summary>How it ran, so that somebody can go there after the build.</summary>
    public KeptRun Keep() => new(operation, mounts.Keep());
}
