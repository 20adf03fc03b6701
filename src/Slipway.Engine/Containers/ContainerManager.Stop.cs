using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    private const int DefaultStopSeconds = 10;
    private const int SigKill = 9, SigCont = 18, SigStop = 19;

    // How long a program may take, from its start on, until it looks after signals; with docker as much has passed when the start is answered.
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(250), s_settlingStep = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Asks the container to end by its stop signal (SIGTERM unless the image or the request names another), and kills it after the timeout.
    /// </summary>
    /// <param name="nameOrId">Which; one that doesn't run is left alone.</param>
    /// <param name="timeoutSeconds">Null: the container's own, else 10; negative waits without end.</param>
    /// <param name="signal">Another signal to ask with.</param>
    public ContainerRecord Stop(string nameOrId, int? timeoutSeconds = null, string? signal = null)
    {
        ContainerRecord record = Get(nameOrId);
        return record.IsActive ? Stop(record, timeoutSeconds, signal, byHand: true) : record;
    }

    /// <summary>Stops and starts a container; its writable layer stays.</summary>
    /// <inheritdoc cref="Stop(string, int?, string?)"/>
    public void Restart(string nameOrId, int? timeoutSeconds = null, string? signal = null)
    {
        ContainerRecord record = Stop(nameOrId, timeoutSeconds, signal);
        Start(record.Id).Dispose();
        _context.Events.Container(record, "restart");
    }

    private ContainerRecord Stop(ContainerRecord record, int? timeoutSeconds, string? signal, bool byHand)
    {
        string wanted = signal ?? StopSignalOf(record);
        int number = ParseSignal(wanted);
        int seconds = timeoutSeconds ?? record.Request.StopTimeout ?? DefaultStopSeconds;
        PreventRestart(record, byHand);
        if (seconds != 0)
            LetSettle(record, number);
        SignalAndTell(record, number);
        ThawAfter(record);
        if (!TryWaitForEnd(record.Id, seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds)))
        {
            SignalAndTell(record, SigKill);
            WaitForEnd(record.Id);
        }
        ContainerRecord? ended = Find(record.Id);
        _context.Events.Container(record, "stop");
        return ended ?? record with { Status = ContainerStatus.Removing };
    }

    /// <summary>Sends a signal to a running container.</summary>
    /// <exception cref="SlipwayException">Conflict: it doesn't run.</exception>
    public void Kill(string nameOrId, string signal = "SIGKILL")
    {
        ContainerRecord record = Get(nameOrId);
        int number = ParseSignal(signal);
        // As docker: what ends it shall not be followed by a start.
        bool ends = number == SigKill || number == ParseSignal(StopSignalOf(record));
        if (ends)
            PreventRestart(record);
        // Its restart may have been under way just then: it runs, and is to end.
        if (ends && record.IsRestarting && Find(record.Id) is not { IsRunning: true })
            return;
        if (record.IsRestarting)
            record = Get(record.Id);
        LetSettle(record, number);
        if (!record.IsRunning || !SignalAndTell(record, number))
            throw new SlipwayException(ErrorKind.Conflict, $"cannot kill container: {nameOrId}: container {record.Id} is not running");
        if (number == SigKill)
        {
            ThawAfter(record);
            WaitForEnd(record.Id);
        }
    }

    private string StopSignalOf(ContainerRecord record) =>
        record.Request.StopSignal ?? _context.Store.Images.Find(record.ImageId.ToString())?.Config.Config?.StopSignal ?? "SIGTERM";

    private static int ParseSignal(string text) =>
        SignalNames.TryParse(text, out int number) ? number : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid signal: {Printable.Escape(text)}");

    /// <summary>Waits for a client's own session to be over, and removes the container where that was asked for.</summary>
    public void Finish(string id)
    {
        WaitForEnd(id);
        if (Find(id) is { } record)
            RemoveIfAbandoned(record);
    }

    /// <summary>Passes a signal on that a client in the foreground received.</summary>
    public void Forward(string id, int signal)
    {
        if (ContainerProbe.ReadState(_context.Paths.Run(id)) is { } state)
            ContainerProbe.Signal(state, signal);
    }

    // The first process of a pid namespace doesn't get a signal that it has no handler for: sent right after a start it would be lost, and a stop take its whole time.
    private void LetSettle(ContainerRecord record, int signal)
    {
        if (signal is SigKill or SigCont or SigStop || record.Request.Security.PidMode is not null || ContainerProbe.ReadState(_context.Paths.Run(record.Id)) is not { } state)
            return;
        TimeProvider clock = _context.Options.Clock;
        while (clock.GetUtcNow() - state.StartedAt < s_settling && !SignalDisposition.IsLookedAfter(state.Pid, signal) && !MonitorWait.Until(state, s_settlingStep))
        {
            // It still is on its way.
        }
    }

    private bool SignalAndTell(ContainerRecord record, int signal)
    {
        bool sent = Signal(record, signal);
        if (sent)
            _context.Events.Container(record, "kill", null, ("signal", signal.ToString(CultureInfo.InvariantCulture)));
        return sent;
    }

    private bool Signal(ContainerRecord record, int signal) =>
        ContainerProbe.ReadState(_context.Paths.Run(record.Id)) is { } state && ContainerProbe.Signal(state, signal);

    private void WaitForEnd(string id) => TryWaitForEnd(id, Timeout.InfiniteTimeSpan);

    // One that waits to be started again has ended.
    private bool TryWaitForEnd(string id, TimeSpan timeout) =>
        ContainerProbe.ReadState(_context.Paths.Run(id)) is not { RestartAt: null } state || MonitorWait.Until(state, timeout);
}
