using System.Net.Sockets;
using System.Text;

namespace Slipway.Daemon;

/// <summary>Tells systemd how we stand (sd_notify(3)); nothing where it didn't ask.</summary>
internal static class ServiceManager
{
    public static void Say(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return;
        // "@name" is an abstract address, whose first byte is NUL.
        string address = path[0] == '@' ? "\0" + path[1..] : path;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException)
        {
            // Nobody hears it: we serve all the same.
        }
    }
}
