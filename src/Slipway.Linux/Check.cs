using System.Runtime.InteropServices;

namespace Slipway.Linux;

/// <summary>The one place where a failed call becomes an exception. EINTR never leaves this project: <see cref="Retry"/> repeats the call.</summary>
internal static class Check
{
    /// <summary>Returns <paramref name="result"/>, or throws with the last errno when it is -1.</summary>
    public static int Result(int result, string call, string? subject = null) =>
        result != -1 ? result : throw Error(call, subject);

    /// <inheritdoc cref="Result(int, string, string?)"/>
    public static long Result(long result, string call, string? subject = null) =>
        result != -1 ? result : throw Error(call, subject);

    /// <summary>The descriptor as a handle, or the error.</summary>
    public static SafeFd Fd(int result, string call, string? subject = null) => new(Result(result, call, subject));

    /// <summary>Repeats a call while a signal interrupts it.</summary>
    public static nint Retry(Func<nint> call)
    {
        nint result;
        do
            result = call();
        while (result == -1 && LastErrno == Errno.EINTR);
        return result;
    }

    /// <summary>Errno of the last call that was imported with <c>SetLastError</c>.</summary>
    public static Errno LastErrno => (Errno)Marshal.GetLastPInvokeError();

    private static LinuxException Error(string call, string? subject) => new(call, LastErrno, subject);
}
