using System.Text;
using Slipway.Linux.Files;

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
        using DirFd at = DirFd.Open(directory);
        byte[] leaf = Encoding.UTF8.GetBytes(name);
        at.TryUnlink(leaf);
        SafeFd listener = UnixSocket.Listen($"{at.Handle.ProcPath}/{name}");
        at.SetMode(leaf, OwnerOnly);
        return listener;
    }

    /// <summary>Connects to a listener.</summary>
    public static SafeFd Connect(string directory, string name)
    {
        using DirFd at = DirFd.Open(directory);
        return UnixSocket.Connect($"{at.Handle.ProcPath}/{name}");
    }
}
