using System.Globalization;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Sockets that a service manager opened for the container's process (sd_listen_fds(3)): descriptors from 3 on.</summary>
internal static class ListenFds
{
    /// <summary>How many there are for this process to pass on.</summary>
    public static int Count()
    {
        bool isNumber = int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        // A caller that forks sets no LISTEN_PID, or forgets to set it anew; one that names another process means that one.
        string? pid = Environment.GetEnvironmentVariable("LISTEN_PID");
        bool isOurs = string.IsNullOrEmpty(pid) || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isNumber && isOurs ? count : 0;
    }

    /// <summary>Tells the container's process of them.</summary>
    public static RuntimeSpec Announce(RuntimeSpec spec, int count) => count == 0 || spec.Process is not { } process
        ? spec
        : spec with { Process = process with { Env = [.. process.Env ?? [], $"LISTEN_FDS={count}", "LISTEN_PID=1"] } };
}
