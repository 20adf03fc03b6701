using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Health;

/// <summary>The monitor's part of a health check: it knows when, starts the process that checks, and stops the container where that is wanted.</summary>
internal sealed class HealthWatch : IDisposable
{
    private const int SigKill = 9;

    private readonly HealthRule _rule;
    private readonly string _runDir;
    private readonly SafeFd _container;
    private readonly SafeFd _self;
    private readonly long _startPeriodEnd;
    private SafeFd? _probe;
    private bool _starting = true;
    private long _next;

    /// <param name="rule">How.</param>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <param name="container">The container's process.</param>
    public HealthWatch(HealthRule rule, string runDir, SafeFd container)
    {
        _rule = rule;
        _runDir = runDir;
        _container = container;
        _self = SmallFile.Open("/proc/self/exe");
        _startPeriodEnd = Environment.TickCount64 + rule.StartPeriod;
        Plan();
    }

    /// <summary>The container was stopped because it is unhealthy.</summary>
    public bool StopsContainer { get; private set; }

    /// <summary>Readable when there is something to do; -1 while there is only the time.</summary>
    public int Number => _probe?.Number ?? -1;

    /// <summary>Milliseconds until there is something to do.</summary>
    public int Left => _probe is null ? (int)Math.Clamp(_next - Environment.TickCount64, 0, int.MaxValue) : Timeout.Infinite;

    /// <summary>Does what is due. True where a check has ended.</summary>
    public bool Turn(bool readable)
    {
        if (_probe is not null && readable)
        {
            End();
            return true;
        }
        if (_probe is null && Left == 0)
            Act();
        return false;
    }

    public void Dispose()
    {
        _probe?.Dispose();
        _self.Dispose();
    }

    private void Act()
    {
        if (StopsContainer)
        {
            PidFd.Signal(_container, SigKill);
            _next = long.MaxValue;
            return;
        }
        using SafeFd nothing = FdIo.OpenNull();
        int pid = Spawn.StartImage(_self, ["slip-runtime", HealthProbe.Verb, _runDir], [], [nothing, nothing, nothing], newSession: false);
        _probe = PidFd.TryOpen(pid);
    }

    private void End()
    {
        int code = PidFd.TryReap(_probe!)?.ExitCode ?? HealthProbe.NoCheck;
        _probe!.Dispose();
        _probe = null;
        if (code is HealthProbe.Healthy or HealthProbe.Unhealthy)
            _starting = false;
        Plan();
        if (code != HealthProbe.Unhealthy || _rule.StopSignal == 0)
            return;
        StopsContainer = true;
        PidFd.Signal(_container, _rule.StopSignal);
        _next = Environment.TickCount64 + _rule.StopTimeout;
    }

    private void Plan()
    {
        long now = Environment.TickCount64;
        _next = now + (_starting && now < _startPeriodEnd ? _rule.StartInterval : _rule.Interval);
    }
}
