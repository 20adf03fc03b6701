using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>Locks what is open already.</summary>
public static class FileDescriptorLock
{
    /// <summary>Locks an open file or directory exclusively until it is closed (flock(2)); false where another has it.</summary>
    public static bool TryLock(this SafeFd file)
    {
        if (Flock(file.Number, LOCK_EX | LOCK_NB) != -1)
            return true;
        return Check.LastErrno is Errno.EAGAIN or Errno.EINTR ? false : throw new LinuxException("lock", Check.LastErrno);
    }
}
