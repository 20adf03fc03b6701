using Slipway.Oci;

namespace Slipway.Runtime.Process;

/// <summary>Starts a further process in a running container.</summary>
public static class ExecStarter
{
    /// <summary>Joins the container's namespaces and cgroups and returns once the process has been executed. As for threads, see <see cref="ProcessStarter"/>.</summary>
    /// <exception cref="SlipwayException">NotFound when the container has ended; otherwise as <see cref="ProcessStarter.Start"/>.</exception>
    public static StartedProcess Start(ExecOptions options) =>
        throw new SlipwayException(ErrorKind.NotSupported, "exec is being written");
}
