using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>The process of a RUN ended with another exit code than 0, or could not be started.</summary>
public sealed class RunFailedException : SlipwayException
{
    private readonly RunOperation _operation;
    private readonly StepMounts _mounts;

    internal RunFailedException(RunOperation operation, ErrorKind kind, string message, StepMounts mounts)
        : base(kind, message) => (_operation, _mounts) = (operation, mounts);

    /// <summary>What its process ended with; null where it could not be started.</summary>
    public int? ExitCode { get; private init; }

    /// <summary>The process's arguments.</summary>
    public IReadOnlyList<string> Arguments => _operation.Args;

    /// <summary>It ended with that exit code.</summary>
    internal static RunFailedException Of(RunOperation operation, int exitCode, StepMounts mounts) =>
        new(operation, ErrorKind.InvalidArgument, $"process \"{string.Join(' ', operation.Args)}\" did not complete successfully: exit code: {exitCode}", mounts) { ExitCode = exitCode };

    /// <summary>How it ran, so that somebody can go there after the build.</summary>
    internal KeptRun Keep() => new(_operation, _mounts.Keep());
}
