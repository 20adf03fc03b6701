using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Process;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Health;

/// <summary>
/// One check of a container's health, in a process of its own that the monitor starts: what planning and starting cost in memory goes with it, and
/// the monitor stays small.
/// </summary>
public static class HealthProbe
{
    /// <summary>The executable's verb.</summary>
    public const string Verb = "check-health";

    /// <summary>Exit codes, by what the container is after the check; the last: there was none, it has ended or is paused.</summary>
    internal const int Healthy = 0, Unhealthy = 1, Starting = 2, NoCheck = 3;

    private const int MaxOutput = 4096, SigKill = 9, Killed = -1;

    /// <summary>Does it.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    public static int Run(string runDir)
    {
        FdIo.CloseFrom(3);
        try
        {
            if (ContainerProbe.ReadState(runDir) is not { RestartAt: null } state || Cgroup.Open(state.CgroupPaths).IsFrozen())
                return NoCheck;
            HealthRule rule = HealthFiles.ReadRule(runDir);
            HealthCheckResult result = Check(runDir, rule, state);
            if (!ContainerProbe.IsAlive(state))
                return NoCheck;
            HealthState after = (HealthFiles.Read(runDir) ?? new()).After(rule, result, state.StartedAt);
            HealthFiles.Write(runDir, after);
            return after.Status switch { HealthState.Healthy => Healthy, HealthState.Unhealthy => Unhealthy, _ => Starting };
        }
        catch (Exception e) when (e is SlipwayException or IOException)
        {
            return NoCheck;
        }
    }

    private static HealthCheckResult Check(string runDir, HealthRule rule, ContainerState state)
    {
        DateTimeOffset start = TimeProvider.System.GetUtcNow();
        try
        {
            (int code, string output) = Execute(runDir, rule, state);
            return new HealthCheckResult(start, TimeProvider.System.GetUtcNow(), code, output);
        }
        catch (SlipwayException e)
        {
            return new HealthCheckResult(start, TimeProvider.System.GetUtcNow(), Killed, e.Message);
        }
    }

    private static (int Code, string Output) Execute(string runDir, HealthRule rule, ContainerState state)
    {
        string path = Path.Combine(runDir, "config.json");
        RuntimeSpec spec = RuntimeSpecJson.Read(File.ReadAllBytes(path), $"'{path}'");
        (SafeFd output, SafeFd theirs) = FdIo.Pipe();
        using (output)
        {
            StartedProcess process;
            using (theirs)
            using (SafeFd nothing = FdIo.OpenNull())
            {
                FdIo.SetNonBlocking(output);
                (uint Uid, uint Gid) owner = (spec.Process!.User.Uid, spec.Process.User.Gid);
                owner = OwnerMap.Of(spec.Linux)?.Outside(owner) ?? owner;
                theirs.SetOwner(owner.Uid, owner.Gid);
                process = ExecStarter.Start(new ExecOptions
                {
                    TargetPid = state.Pid,
                    TargetStartTime = state.PidStartTime,
                    Process = spec.Process with { Args = rule.Command, Terminal = null },
                    CgroupPaths = state.CgroupPaths,
                    Stdio = new StdioFds(nothing.Number, theirs.Number, theirs.Number),
                    Seccomp = spec.Linux?.Seccomp,
                    SeccompCacheDir = rule.SeccompCacheDir,
                    DiesWithParent = true,
                });
            }
            using (process)
                return Wait(process.PidFd, output, rule.Timeout);
        }
    }

    // Its end counts, not that of its output: what it left behind may hold that open.
    private static (int Code, string Output) Wait(SafeFd process, SafeFd output, int timeout)
    {
        var kept = new MemoryStream();
        long deadline = Environment.TickCount64 + timeout;
        bool open = true, late = false;
        while (true)
        {
            int left = (int)Math.Max(0, deadline - Environment.TickCount64);
            PollEntry[] entries = [new(process.Number, PollEvents.Readable), new(open ? output.Number : -1, PollEvents.Readable)];
            if (Poller.Wait(entries, late ? Timeout.Infinite : left) == 0)
            {
                late = true;
                PidFd.Signal(process, SigKill);
                continue;
            }
            if (entries[1].CanRead)
                open = Take(output, kept) != 0;
            if (entries[0].CanRead)
                break;
        }
        while (Take(output, kept) > 0)
        {
        }
        ProcessEnd end = PidFd.TryReap(process) ?? default;
        string text = Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
        return late ? (Killed, $"Health check exceeded timeout ({DurationText.Format(TimeSpan.FromMilliseconds(timeout))}){(text.Length > 0 ? ": " + text : "")}") : (end.ExitCode, text);
    }

    private static int Take(SafeFd output, MemoryStream kept)
    {
        Span<byte> bytes = stackalloc byte[MaxOutput];
        int count = FdIo.Read(output, bytes);
        if (count > 0)
            kept.Write(bytes[..(int)Math.Min(count, MaxOutput - kept.Length)]);
        return count;
    }
}
