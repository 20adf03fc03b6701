using System.Globalization;

namespace Slipway.Bench.Daemons;

/// <summary>A daemon that bench/run has started.</summary>
/// <param name="Name">Its row's name.</param>
/// <param name="Socket">Where it listens.</param>
/// <param name="Pid">Its process.</param>
internal sealed record Daemon(string Name, string Socket, int Pid)
{
    /// <summary>Its memory, what is shared counted in parts (proc_pid_smaps(5)).</summary>
    public double PssMebibytes()
    {
        string line = File.ReadLines($"/proc/{Pid}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>How often one of its threads woke up while nobody asked for anything.</summary>
    public long WakeUps(int seconds)
    {
        long before = Switches();
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        return Switches() - before;
    }

    private long Switches() => Directory.GetDirectories($"/proc/{Pid}/task")
        .Sum(task => File.ReadLines(task + "/status").Where(l => l.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal)).Sum(l => long.Parse(l.AsSpan(l.IndexOf('\t') + 1), CultureInfo.InvariantCulture)));
}
