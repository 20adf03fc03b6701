using System.Globalization;

namespace Slipway.Linux.Processes;

/// <summary>What becomes of a signal that is sent to a process (proc_pid_status(5)).</summary>
public static class SignalDisposition
{
    /// <summary>
    /// Whether the process has come to look after it: has a handler for it, or ignores or blocks it. What it doesn't look after the kernel drops, where the
    /// process is the first of its pid namespace (pid_namespaces(7)). True too where nothing can be read: it has ended.
    /// </summary>
    public static bool IsLookedAfter(int pid, int signal)
    {
        string status = SmallFile.TryReadText($"/proc/{pid}/status") ?? "";
        return status.Length == 0 || Has(status, "SigCgt:", signal) || Has(status, "SigIgn:", signal) || Has(status, "SigBlk:", signal);
    }

    // Sixteen hexadecimal digits, the lowest bit for signal 1.
    private static bool Has(string status, string field, int signal)
    {
        int at = status.IndexOf(field, StringComparison.Ordinal);
        if (at < 0)
            return false;
        ReadOnlySpan<char> rest = status.AsSpan(at + field.Length);
        int end = rest.IndexOf('\n');
        return ulong.TryParse(rest[..(end < 0 ? rest.Length : end)].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) && (mask >> (signal - 1) & 1) != 0;
    }
}
