using System.Runtime.InteropServices;

namespace Slipway.Linux.Sockets;

/// <summary>Open files sent to another process over a unix socket (unix(7), SCM_RIGHTS).</summary>
public static unsafe partial class DescriptorMessage
{
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_NOSIGNAL = 0x4000, MSG_CTRUNC = 8, MSG_CMSG_CLOEXEC = 0x40000000;

    // struct cmsghdr is 16 bytes, and what follows is padded to 8.
    private const int ControlHeader = 16, Alignment = 8;

    // The kernel takes no more in one message (SCM_MAX_FD), of which this is a round part.
    private const int MostOfMessage = 240;

    /// <summary>Sends bytes with one descriptor.</summary>
    /// <exception cref="LinuxException">EPIPE and others: the other side is gone.</exception>
    public static void Send(SafeFd socket, SafeFd file, ReadOnlySpan<byte> bytes) => Send(socket, [file], bytes);

    /// <summary>Sends any number of descriptors, for <see cref="Receive"/>.</summary>
    /// <exception cref="LinuxException">EPIPE and others: the other side is gone.</exception>
    public static void SendAll(SafeFd socket, IReadOnlyList<SafeFd> files)
    {
        for (int sent = 0; sent < files.Count; sent += MostOfMessage)
            Send(socket, [.. files.Skip(sent).Take(MostOfMessage)], [0]);
    }

    /// <summary>Takes as many descriptors as were sent, in their order.</summary>
    /// <exception cref="LinuxException">The other side is gone, or sent something else; EMFILE: this process may have no more.</exception>
    public static List<SafeFd> Receive(SafeFd socket, int count)
    {
        var received = new List<SafeFd>(count);
        byte* control = stackalloc byte[ControlHeader + (MostOfMessage * sizeof(int))];
        byte one;
        var vector = new Vector { Base = &one, Length = 1 };
        while (received.Count < count)
        {
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlHeader + (MostOfMessage * sizeof(int)) };
            nint length = recvmsg(socket.Number, &message, MSG_CMSG_CLOEXEC);
            if (length == -1 && Check.LastErrno == Errno.EINTR)
                continue;
            Check.Result((int)length, "recvmsg SCM_RIGHTS");
            int here = length == 1 && message.ControlLength >= ControlHeader + sizeof(int) && (message.Flags & MSG_CTRUNC) == 0
                ? (int)((*(nuint*)control - ControlHeader) / sizeof(int))
                : throw new LinuxException("recvmsg SCM_RIGHTS", length == 1 ? Errno.EMFILE : Errno.EPIPE);
            for (int i = 0; i < here; i++)
                received.Add(new SafeFd(((int*)(control + ControlHeader))[i]));
        }
        return received;
    }

    private static void Send(SafeFd socket, ReadOnlySpan<SafeFd> files, ReadOnlySpan<byte> bytes)
    {
        int size = (ControlHeader + (files.Length * sizeof(int)) + Alignment - 1) & -Alignment;
        byte* control = stackalloc byte[size];
        *(nuint*)control = (nuint)(ControlHeader + (files.Length * sizeof(int)));
        *(int*)(control + 8) = SOL_SOCKET;
        *(int*)(control + 12) = SCM_RIGHTS;
        for (int i = 0; i < files.Length; i++)
            ((int*)(control + ControlHeader))[i] = files[i].Number;
        fixed (byte* data = bytes)
        {
            var vector = new Vector { Base = data, Length = (nuint)bytes.Length };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)size };
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

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int socket, Message* message, int flags);
}
