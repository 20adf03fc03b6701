using System.Runtime.InteropServices;

namespace Slipway.Linux.Polling;

/// <summary>
/// Waits for descriptors at a cost that doesn't grow with their number (epoll(7)), level-triggered. It can be waited for itself: it is readable while one
/// of them is ready.
/// </summary>
public sealed unsafe partial class EventPoll : IDisposable
{
    private const int EPOLL_CLOEXEC = 0x80000, EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    private const int MaxFound = 32;

    // struct epoll_event is packed on this one architecture.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly SafeFd _poll = Check.Fd(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    private readonly Dictionary<int, PollEvents> _wanted = [];

    /// <summary>Its own descriptor.</summary>
    public int Number => _poll.Number;

    /// <summary>Says what to wait for. Nothing at all also leaves out errors and hang-ups; it has to be said before the descriptor is closed.</summary>
    public void Set(SafeFd fd, PollEvents wanted)
    {
        ArgumentNullException.ThrowIfNull(fd);
        bool known = _wanted.TryGetValue(fd.Number, out PollEvents before);
        if (wanted == (known ? before : PollEvents.None))
            return;
        byte* entry = stackalloc byte[16];
        *(uint*)entry = (ushort)wanted;
        *(ulong*)(entry + s_dataOffset) = (uint)fd.Number;
        int operation = wanted == PollEvents.None ? EPOLL_CTL_DEL : known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
        Check.Result(epoll_ctl(_poll.Number, operation, fd.Number, entry), "epoll_ctl");
        if (wanted == PollEvents.None)
            _wanted.Remove(fd.Number);
        else
            _wanted[fd.Number] = wanted;
    }

    /// <summary>What is ready now: some of them, where they are many.</summary>
    public IReadOnlyList<(int Fd, PollEvents Found)> Ready()
    {
        int size = s_dataOffset + sizeof(ulong);
        byte* entries = stackalloc byte[16 * MaxFound];
        int count = epoll_wait(_poll.Number, entries, MaxFound, 0);
        if (count == -1)
            return Check.LastErrno == Errno.EINTR ? [] : throw new LinuxException("epoll_wait", Check.LastErrno);
        var ready = new (int, PollEvents)[count];
        for (int i = 0; i < count; i++)
            ready[i] = ((int)*(ulong*)(entries + i * size + s_dataOffset), (PollEvents)(*(uint*)(entries + i * size)));
        return ready;
    }

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int poll, int operation, int fd, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int poll, byte* entries, int count, int milliseconds);
}
