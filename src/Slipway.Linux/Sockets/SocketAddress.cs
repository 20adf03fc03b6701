using Slipway.Linux.Polling;

namespace Slipway.Linux.Sockets;

/// <summary>
/// Sockets by directory and name. An address holds 107 bytes and a data root may be deeper, so the directory is opened
/// and named through /proc/self/fd.
/// </summary>
public static class SocketAddress
{
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Listens at a new socket file of mode 0600. One left over by a dead listener is replaced.</summary>
    public static SafeFd Listen(string directory, string name)
    {
        using SafeFd at = FdIo.OpenDirectory(directory);
        string path = $"{at.ProcPath}/{name}";
        File.Delete(path);
        SafeFd listener = UnixSocket.Listen(path);
        UnixSocket.SetMode(path, OwnerOnly);
        return listener;
    }

    /// <summary>Connects to a listener.</summary>
    public static SafeFd Connect(string directory, string name)
    {
        using SafeFd at = FdIo.OpenDirectory(directory);
        return UnixSocket.Connect($"{at.ProcPath}/{name}");
    }
}
