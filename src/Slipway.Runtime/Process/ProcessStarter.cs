using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Process;

/// <summary>Starts the first process of a container.</summary>
public static class ProcessStarter
{
    /// <summary>
    /// Makes the container and returns once its process has been executed. The process is killed when the thread that called this ends
    /// (PR_SET_PDEATHSIG), so call it from one that lives as long as the container may.
    /// </summary>
    /// <exception cref="SlipwayException">CommandNotFound, CommandNotExecutable, Denied, InvalidArgument, or Internal with the step that failed.</exception>
    public static StartedProcess Start(RuntimeSpec spec, StartOptions options) =>
        throw new SlipwayException(ErrorKind.NotSupported, "starting is being written");
}
