using System.Runtime.InteropServices;

namespace Slipway.Linux.Sockets;

/// <summary>Open files sent to another process over a unix socket (unix(7), SCM_RIGHTS).</summary>
public static unsafe partial class DescriptorMessage
{
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_NOSIGNAL = 0x4000;

    // struct cmsghdr is 16 bytes, and what follows is padded to 8.
    private const int ControlHeader = 16, Alignment = 8;

    /// <summary>Sends bytes with one descriptor.</summary>
    /// <exception cref="LinuxException">EPIPE and others: the other side is gone.</exception>
    public static void Send(SafeFd socket, SafeFd file, ReadOnlySpan<byte> bytes)
    {
        byte* control = stackalloc byte[ControlHeader + Alignment];
        *(nuint*)control = ControlHeader + sizeof(int);
        *(int*)(control + 8) = SOL_SOCKET;
        *(int*)(control + 12) = SCM_RIGHTS;
        *(int*)(control + ControlHeader) = file.Number;
        fixed (byte* data = bytes)
        {
            var vector = new Vector { Base = data, Length = (nuint)bytes.Length };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlHeader + Alignment };
            Check.Result((int)sendmsg(socket.Number, &message, MSG_NOSIGNAL), "sendmsg SCM_RIGHTS");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int socket, Message* message, int flags);
}
