using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Limits that contradict each other, or that no container can live with, in docker's words.</summary>
internal static class ResourceCheck
{
    private const long MinimumMemory = 6 * 1024 * 1024;

    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static void Check(ResourceRequest request)
    {
        if (request.MemoryBytes is { } memory && memory < MinimumMemory)
            throw Invalid("Minimum memory limit allowed is 6MB");
        if (request.NanoCpus is { } cpus && (cpus < 10_000_000 || cpus > Environment.ProcessorCount * 1_000_000_000L))
            throw Invalid($"Range of CPUs is from 0.01 to {Environment.ProcessorCount}.00, as there are only {Environment.ProcessorCount} CPUs available");
        if (request.PidsLimit is < -1 or 0)
            throw Invalid("the pids limit is at least 1, or -1 for no limit");
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
