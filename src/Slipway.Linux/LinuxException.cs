using System.Runtime.InteropServices;

namespace Slipway.Linux;

/// <summary>A system call failed. The message reads <c>mount '/x': ENOSPC (no space left on device)</c>.</summary>
public sealed class LinuxException : IOException
{
    /// <summary>Makes the error of one failed call.</summary>
    /// <param name="call">The call or the act, as its man page names it: <c>mount</c>, <c>openat2</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="subject">What it was done to: a path, a process id; null where there is none.</param>
    public LinuxException(string call, Errno errno, string? subject = null)
        : base(Describe(call, errno, subject))
    {
        Call = call;
        Errno = errno;
        Subject = subject;
    }

    /// <summary>The call that failed.</summary>
    public string Call { get; }

    /// <summary>The kernel's answer.</summary>
    public Errno Errno { get; }

    /// <summary>What the call was about; null where there is nothing to name.</summary>
    public string? Subject { get; }

    /// <summary>The errno in words, lower-case, as strerror(3) has it.</summary>
    public static string Explain(Errno errno) =>
        $"{errno} ({Marshal.GetPInvokeErrorMessage((int)errno).ToLowerInvariant()})";

    private static string Describe(string call, Errno errno, string? subject) =>
        subject is null ? $"{call}: {Explain(errno)}" : $"{call} '{Printable.Escape(subject)}': {Explain(errno)}";
}
