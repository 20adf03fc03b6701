using System.Globalization;

namespace Slipway.Linux.Processes;

/// <summary>What /proc/PID/stat tells (proc_pid_stat(5)).</summary>
public static class ProcessStat
{
    /// <summary>When the process started, in clock ticks since boot: with its number, an identity. Null when there is none, or it has ended.</summary>
    public static ulong? StartTime(int pid)
    {
        if (Fields(pid) is not { } fields)
            return null;
        ReadOnlySpan<char> rest = fields;
        const int FieldsBeforeStartTime = 19;
        for (int i = 0; i < FieldsBeforeStartTime; i++)
            rest = rest[(rest.IndexOf(' ') + 1)..];
        return ulong.Parse(rest[..rest.IndexOf(' ')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Whether it has ended, or is about to: then it takes with it what is in its namespaces, and can't be joined any more.</summary>
    public static bool IsEnding(int pid)
    {
        // linux/sched.h, PF_EXITING.
        const uint Exiting = 4;
        const int FieldsBeforeFlags = 6;
        return Fields(pid)?.Split(' ') is not { Length: > FieldsBeforeFlags } fields || (uint.Parse(fields[FieldsBeforeFlags], NumberStyles.None, CultureInfo.InvariantCulture) & Exiting) != 0;
    }

    // From the third field, the state, on. The second is the command in brackets and may hold anything, brackets too: what follows the last one.
    internal static string? Fields(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            string fields = text[(text.LastIndexOf(')') + 2)..];
            return fields is ['Z' or 'X', ..] ? null : fields;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
