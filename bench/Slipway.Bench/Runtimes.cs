using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Bench;

/// <summary>slip-runtime beside the OCI runtimes that are installed, all with one bundle and the same commands.</summary>
internal sealed class Runtimes
{
    private const int Starts = 200, Window = 10;
    private readonly List<(string Name, string Path, string Root)> _runtimes = [];
    private readonly string _quick;
    private readonly string _sleeping;

    public Runtimes(string own, string work, string rootfs)
    {
        _quick = Bundle.Make(Path.Combine(work, "bundle-true"), rootfs, "true");
        _sleeping = Bundle.Make(Path.Combine(work, "bundle-sleep"), rootfs, "sleep", "1000");
        _runtimes.Add(("slip-runtime", own, Path.Combine(work, "slip-runtime-state")));
        foreach (string name in (string[])["crun", "runc"])
        {
            if (Command.Find(name) is { } path)
                _runtimes.Add((name, path, Path.Combine(work, name + "-state")));
        }
    }

    /// <summary><c>run</c> of <c>true</c>.</summary>
    public List<Measurement> Run(int rounds) =>
        Interleaved.Run([.. _runtimes.Select(r => new Command(r.Name, Verb(r, "run", "--bundle", _quick, "bench-" + r.Name)))], rounds);

    /// <summary><c>create</c>, <c>start</c> and <c>delete</c>, the three together.</summary>
    public List<Measurement> CreateStartDelete(int rounds) => Interleaved.Run(
        [.. _runtimes.Select(r => new Command(r.Name,
            Verb(r, "create", "--bundle", _sleeping, "bench-" + r.Name), Verb(r, "start", "bench-" + r.Name), Verb(r, "delete", "--force", "bench-" + r.Name)))], rounds);

    /// <summary><c>exec</c> of <c>true</c> in a container that runs.</summary>
    public List<Measurement> Exec(int rounds)
    {
        try
        {
            foreach ((string Name, string Path, string Root) runtime in _runtimes)
                new Command(runtime.Name, Verb(runtime, "run", "--detach", "--bundle", _sleeping, "bench-" + runtime.Name)).Time();
            return Interleaved.Run([.. _runtimes.Select(r => new Command(r.Name, Verb(r, "exec", "bench-" + r.Name, "true")))], rounds);
        }
        finally
        {
            DeleteAll();
        }
    }

    /// <summary>Two hundred runs in a row: medians of the first and the last ten.</summary>
    public IEnumerable<(string Name, double First, double Last)> InARow()
    {
        foreach ((string Name, string Path, string Root) runtime in _runtimes)
        {
            var run = new Command(runtime.Name, Verb(runtime, "run", "--bundle", _quick, "bench-" + runtime.Name));
            double[] times = [.. Enumerable.Range(0, Starts).Select(_ => run.Time() ?? double.NaN)];
            yield return (runtime.Name, Median(times[..Window]), Median(times[^Window..]));
        }
    }

    /// <summary>Peak of the resident memory (VmHWM in proc_pid_status(5)) of a <c>run</c> that has started its container and waits for it, in KiB.</summary>
    public IEnumerable<(string Name, long KiB)> PeakMemory()
    {
        foreach ((string Name, string Path, string Root) runtime in _runtimes)
        {
            string[] argv = Verb(runtime, "run", "--bundle", _sleeping, "bench-" + runtime.Name);
            using SafeFd nothing = FdIo.OpenNull();
            int pid = Spawn.Start(argv[0], argv, Command.Environment, [nothing, nothing, nothing], newSession: false);
            using SafeFd process = PidFd.TryOpen(pid)!;
            while (new Command("state", Verb(runtime, "exec", "bench-" + runtime.Name, "true")).Time() is null)
                Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], 20);
            string peak = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            new Command("delete", Verb(runtime, "delete", "--force", "bench-" + runtime.Name)).Time();
            Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
            PidFd.TryReap(process);
            yield return (runtime.Name, long.Parse(peak["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture));
        }
    }

    private void DeleteAll()
    {
        foreach ((string Name, string Path, string Root) runtime in _runtimes)
            new Command(runtime.Name, Verb(runtime, "delete", "--force", "bench-" + runtime.Name)).Time();
    }

    private static string[] Verb((string Name, string Path, string Root) runtime, params string[] words) => [runtime.Path, "--root", runtime.Root, .. words];

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
