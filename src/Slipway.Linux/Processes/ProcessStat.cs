using System.Globalization;

namespace Slipway.Linux.Processes;

/// <summary>What /proc/PID/stat tells (proc_pid_stat(5)).</summary>
public static class ProcessStat
{
    /// <summary>When the process started, in clock ticks since boot: with its number, an identity. Null when there is none, or it has ended.</summary>
    public static ulong? StartTime(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null;
        }
        // The second field is the command in brackets and may hold anything, brackets too: count from the last one.
        ReadOnlySpan<char> rest = text.AsSpan(text.LastIndexOf(')') + 2);
        if (rest is ['Z' or 'X', ..])
            return null;
        const int FieldsBeforeStartTime = 19;
        for (int i = 0; i < FieldsBeforeStartTime; i++)
            rest = rest[(rest.IndexOf(' ') + 1)..];
        return ulong.Parse(rest[..rest.IndexOf(' ')], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
