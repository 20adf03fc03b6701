using System.Globalization;

namespace Slipway.Linux.Processes;

/// <summary>What one process has used until now, with the children that it has waited for (proc_pid_stat(5), proc_pid_io(5), proc_pid_smaps(5)).</summary>
/// <param name="CpuNanoseconds">Processor time, to the hundredth of a second.</param>
/// <param name="MemoryBytes">Its share of the memory that it holds: what is shared by two counts half for each.</param>
/// <param name="BytesRead">From disks.</param>
/// <param name="BytesWritten">To disks.</param>
public sealed record ProcessUsage(ulong CpuNanoseconds, ulong MemoryBytes, ulong BytesRead, ulong BytesWritten)
{
    private const ulong NanosecondsPerTick = 1_000_000_000 / 100; // USER_HZ, 100 on every platform of .NET
    private const ulong Kilobyte = 1024;

    // Of the fields behind the command, from the state on: utime, stime, cutime, cstime.
    private const int FirstTime = 11, Times = 4;

    /// <summary>Null when there is no such process, or it has ended.</summary>
    public static ProcessUsage? TryRead(int pid)
    {
        if (ProcessStat.Fields(pid) is not { } fields)
            return null;
        ulong ticks = 0;
        foreach (string field in fields.Split(' ').Skip(FirstTime).Take(Times))
            ticks += ulong.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out ulong time) ? time : 0;
        string memory = Text(pid, "smaps_rollup"), disks = Text(pid, "io");
        return new(ticks * NanosecondsPerTick, Figure(memory, "Pss:") * Kilobyte, Figure(disks, "read_bytes:"), Figure(disks, "write_bytes:"));
    }

    private static ulong Figure(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return ulong.TryParse(line[name.Length..].Trim().TrimEnd(" kB"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong figure) ? figure : 0;
        }
        return 0;
    }

    // Files of a process that ends meanwhile, or is a zombie, can't be read.
    private static string Text(int pid, string name)
    {
        try
        {
            return SmallFile.TryReadText($"/proc/{pid}/{name}") ?? "";
        }
        catch (LinuxException)
        {
            return "";
        }
    }
}
