using System.Globalization;
using System.Net.Sockets;
using Slipway.Oci;

namespace Slipway.Daemon.Listening;

/// <summary>Sockets that systemd listens on for us and hands over with the first client (sd_listen_fds(3)).</summary>
internal static class HandedSockets
{
    private const int First = 3;

    /// <exception cref="SlipwayException">InvalidArgument: none were handed over.</exception>
    public static IReadOnlyList<Socket> Take()
    {
        int count = Number("LISTEN_FDS") ?? 0;
        // Meant for another process where the numbers differ: ours inherited the variables only.
        if (count < 1 || Number("LISTEN_PID") != Environment.ProcessId)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, "no sockets found via socket activation: make sure the service was started by systemd")
            {
                Hint = "enable slipd.socket, or name a socket with -H unix:///path",
            };
        }
        Environment.SetEnvironmentVariable("LISTEN_FDS", null);
        Environment.SetEnvironmentVariable("LISTEN_PID", null);
        return [.. Enumerable.Range(First, count).Select(fd => new Socket(new SafeSocketHandle(fd, ownsHandle: true)))];
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
