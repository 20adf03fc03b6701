using System.Runtime.InteropServices;

namespace Slipway.Linux;

/// <summary>
/// What an exception says to a person. Ahead-of-time builds leave .NET's own sentences out (UseSystemResourceKeys), so that a failed
/// <c>File.Open</c> has the message <c>IO_FileNotFound_FileName, /x</c>; here it becomes <c>'/x': ENOENT (no such file or directory)</c>.
/// </summary>
public static class ErrorText
{
    // The largest errno that Linux has, with room.
    private const int MaxErrno = 255;

    /// <summary>The sentence.</summary>
    public static string Of(Exception error)
    {
        // "No space left on device : '/x'", which .NET says in its own words even so.
        int colon = error.Message.LastIndexOf(" : '", StringComparison.Ordinal);
        if (error is IOException { HResult: > 0 and < MaxErrno } and not LinuxException && colon >= 0 && error.Message.EndsWith('\''))
            return $"'{Printable.Escape(error.Message[(colon + 4)..^1])}': {LinuxException.Explain((Errno)error.HResult)}";
        // The same of a descriptor, which has no name: "No space left on device".
        if (error is IOException { HResult: > 0 and < MaxErrno } and not LinuxException && error.Message == Marshal.GetPInvokeErrorMessage(error.HResult))
            return LinuxException.Explain((Errno)error.HResult);
        int end = error.Message.IndexOf(", ", StringComparison.Ordinal);
        string key = end < 0 ? error.Message : error.Message[..end];
        if (!IsResourceKey(key) || FindErrno(error) is not { } errno)
            return error.Message;
        string subject = end < 0 ? "" : error.Message[(end + 2)..];
        return subject.Length == 0 ? LinuxException.Explain(errno) : $"'{Printable.Escape(subject)}': {LinuxException.Explain(errno)}";
    }

    /// <summary>The kernel's error number behind an exception, where there is one.</summary>
    public static Errno? FindErrno(Exception error) => error switch
    {
        LinuxException linux => linux.Errno,
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        PathTooLongException => Errno.ENAMETOOLONG,
        // On Unix the number itself, where there is no exception type for it.
        IOException { HResult: > 0 and < MaxErrno } io => (Errno)io.HResult,
        UnauthorizedAccessException => error.InnerException is IOException inner && FindErrno(inner) is { } errno ? errno : Errno.EACCES,
        _ => null,
    };

    /// <summary>Whether a disk, or what a user may have of it, was full.</summary>
    public static bool IsFull(Exception error) => FindErrno(error) is Errno.ENOSPC or Errno.EDQUOT;

    private static bool IsResourceKey(string text) => text.Contains('_', StringComparison.Ordinal) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
