using Slipway.Build.Graph;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>The process of a RUN ended with another exit code than 0.</summary>
internal sealed class RunFailedException(RunOperation operation, int exitCode)
    : SlipwayException(ErrorKind.InvalidArgument, $"process \"{string.Join(' ', operation.Args)}\" did not complete successfully: exit code: {exitCode}")
{
    public RunOperation Operation { get; } = operation;
}
