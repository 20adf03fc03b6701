using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Linux.Netlink;

/// <summary>What part of the kernel a socket speaks to (netlink(7)).</summary>
public enum NetlinkProtocol
{
    NETLINK_ROUTE = 0,
    NETLINK_NETFILTER = 12,
}

/// <summary>One answer: the message's type and what follows its header.</summary>
public delegate void NetlinkAnswer(ushort type, ReadOnlySpan<byte> message);

/// <summary>
/// A socket to the kernel (netlink(7)). It belongs to the network namespace in which the thread that opens it is at that moment, and keeps it
/// alive. Not for several threads at once.
/// </summary>
public sealed unsafe partial class NetlinkSocket : IDisposable
{
    private const int AF_NETLINK = 16, SOCK_RAW = 3, SOCK_CLOEXEC = 0x80000;
    private const int SOL_SOCKET = 1, SO_RCVTIMEO = 20, SOL_NETLINK = 270, NETLINK_CAP_ACK = 10, NETLINK_EXT_ACK = 11, NETLINK_GET_STRICT_CHK = 12;
    private const ushort NLMSG_ERROR = 2, NLMSG_DONE = 3, NLMSGERR_ATTR_MSG = 1, NLM_F_ACK_TLVS = 0x200;
    private const int BufferSize = 64 * 1024, LongestAnswerSeconds = 20;

    private readonly SafeFd _socket;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private uint _next = 1;

    private NetlinkSocket(SafeFd socket) => _socket = socket;

    /// <summary>Opens one in this thread's network namespace.</summary>
    public static NetlinkSocket Open(NetlinkProtocol protocol)
    {
        SafeFd fd = Check.Fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, (int)protocol), "socket", protocol.ToString());
        int on = 1;
        // Errors in words, and without the request repeated. A kernel that can't does without.
        _ = setsockopt(fd.Number, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(int));
        _ = setsockopt(fd.Number, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(int));
        _ = setsockopt(fd.Number, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(int));
        long* timeout = stackalloc long[2] { LongestAnswerSeconds, 0 };
        _ = setsockopt(fd.Number, SOL_SOCKET, SO_RCVTIMEO, timeout, 2 * sizeof(long));
        return new NetlinkSocket(fd);
    }

    /// <summary>Sends all requests in one call and waits until the last is done.</summary>
    /// <param name="batch">What to ask.</param>
    /// <param name="answer">Takes what is told in answer to questions.</param>
    /// <exception cref="LinuxException">The first request that failed. In a transaction none was done then; otherwise the others were.</exception>
    public void Send(NetlinkBatch batch, NetlinkAnswer? answer = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TrySend(batch, answer) is { } failed)
            throw failed;
    }

    /// <summary>As <see cref="Send"/>; the error, or null.</summary>
    public LinuxException? TrySend(NetlinkBatch batch, NetlinkAnswer? answer = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
            return null;
        uint first = _next;
        _next += (uint)batch.Count;
        batch.Number(first);
        fixed (byte* p = batch.Bytes)
            Check.Result((long)send(_socket.Number, p, (nuint)batch.Bytes.Length, 0), "send to netlink");
        LinuxException? failed = null;
        while (!Receive(batch, first, answer, ref failed))
        {
        }
        return failed;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // One datagram; whether the last answer was in it.
    private bool Receive(NetlinkBatch batch, uint first, NetlinkAnswer? answer, ref LinuxException? failed)
    {
        nint count;
        fixed (byte* p = _buffer)
        {
            do
                count = recv(_socket.Number, p, BufferSize, 0);
            while (count == -1 && Check.LastErrno == Errno.EINTR);
        }
        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, (int)Check.Result((long)count, "receive from netlink"));
        bool done = false;
        while (rest.Length >= NetlinkBatch.HeaderSize)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < NetlinkBatch.HeaderSize || length > rest.Length)
                break;
            ReadOnlySpan<byte> message = rest[..length];
            // What an earlier exchange, broken off by an error, may have left is nobody's.
            long index = (long)BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) - first;
            if (index >= 0 && index < batch.Count)
                done |= Take(batch, (int)index, message, answer, ref failed);
            rest = rest[Math.Min(NetlinkBatch.Align(length), rest.Length)..];
        }
        return done;
    }

    // Whether it was the last answer. A transaction whose beginning is refused gets no other.
    private static bool Take(NetlinkBatch batch, int index, ReadOnlySpan<byte> message, NetlinkAnswer? answer, ref LinuxException? failed)
    {
        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
        if (type is not (NLMSG_ERROR or NLMSG_DONE))
        {
            answer?.Invoke(type, message[NetlinkBatch.HeaderSize..]);
            return false;
        }
        int error = message.Length >= NetlinkBatch.HeaderSize + 4 ? BinaryPrimitives.ReadInt32LittleEndian(message[NetlinkBatch.HeaderSize..]) : 0;
        if (error < 0)
        {
            (string call, string? subject) = batch[index];
            failed ??= new LinuxException(call + Words(type, message), (Errno)(-error), subject);
        }
        return index == batch.LastAnswered || (error < 0 && index == 0 && batch.LastAnswered > 0 && batch.IsTransaction);
    }

    private static string Words(ushort type, ReadOnlySpan<byte> message)
    {
        const int AfterError = NetlinkBatch.HeaderSize + 4 + NetlinkBatch.HeaderSize;
        if (type != NLMSG_ERROR || (BinaryPrimitives.ReadUInt16LittleEndian(message[6..]) & NLM_F_ACK_TLVS) == 0 || message.Length < AfterError)
            return "";
        var attributes = new NetlinkAttributes(message[AfterError..]);
        while (attributes.Next())
        {
            if (attributes.Type == NLMSGERR_ATTR_MSG)
                return $" ({Encoding.UTF8.GetString(attributes.Value).TrimEnd('\0')})";
        }
        return "";
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, byte* data, nuint length, int flags);
}
