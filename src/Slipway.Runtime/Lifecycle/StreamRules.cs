using Slipway.Linux;
using Slipway.Oci;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Lifecycle;

/// <summary>What callers are handed of a process that was started: its terminal, itself, its id.</summary>
internal static class StreamRules
{
    /// <summary>Who serves the terminal must be known before there is one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static void Check(bool terminal, bool detached, string? consoleSocket)
    {
        if (terminal && detached && consoleSocket is null)
            throw new SlipwayException(ErrorKind.InvalidArgument, "cannot allocate tty if the runtime will detach without setting console socket");
        if ((!terminal || !detached) && consoleSocket is not null)
            throw new SlipwayException(ErrorKind.InvalidArgument, "cannot use console socket if the runtime will not detach or allocate tty");
    }

    public static void HandOut(StartedProcess started, string? consoleSocket, string? pidFdSocket, string? pidFile)
    {
        if (consoleSocket is not null && started.TakePtyMaster() is { } master)
        {
            using (master)
                SendTo(consoleSocket, master, "/dev/ptmx"u8);
        }
        if (pidFdSocket is not null)
            SendTo(pidFdSocket, started.PidFd, "pidfd"u8);
        if (pidFile is not null)
            PidFile.Write(pidFile, started.Pid);
    }

    private static void SendTo(string path, SafeFd file, ReadOnlySpan<byte> name)
    {
        using SafeFd socket = Linux.Sockets.UnixSocket.Connect(path);
        Linux.Sockets.DescriptorMessage.Send(socket, file, name);
    }
}
