using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Process;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Stays with a process that was started: passes signals on, serves its terminal if it has one, and waits for its end.</summary>
public static class Foreground
{
    private const int SignalSlot = 0, EndSlot = 1, InputSlot = 2, MasterSlot = 3;

    /// <summary>The process's exit code, 128 and the signal's number for one that was killed.</summary>
    public static int Wait(StartedProcess process)
    {
        using SafeFd wake = EventFd.Create();
        using SafeFd input = FdIo.Duplicate(0), output = FdIo.Duplicate(1);
        using RawTerminal? raw = process.PtyMaster is not null ? RawTerminal.EnterInput(input) : null;
        using var signals = new SignalMailbox(wake, proxied: true, window: process.PtyMaster is not null);
        TerminalRelay? relay = process.PtyMaster is { } master ? new TerminalRelay(master, input, output) : null;
        relay?.PassSize();
        while (true)
        {
            Span<PollEntry> entries =
            [
                new(wake.Number, PollEvents.Readable),
                new(process.PidFd.Number, PollEvents.Readable),
                relay?.InputEntry ?? new(-1, PollEvents.None),
                relay?.MasterEntry ?? new(-1, PollEvents.None),
            ];
            Poller.Wait(entries, Timeout.Infinite);
            if (entries[SignalSlot].CanRead)
                Pass(signals, wake, process.PidFd, relay);
            relay?.Turn(entries[InputSlot], entries[MasterSlot]);
            if (entries[EndSlot].CanRead && PidFd.TryReap(process.PidFd) is { } end)
            {
                relay?.Drain();
                return end.ExitCode;
            }
        }
    }

    private static void Pass(SignalMailbox signals, SafeFd wake, SafeFd process, TerminalRelay? relay)
    {
        EventFd.Clear(wake);
        while (signals.Take() is int number and not 0)
        {
            if (number == SignalMailbox.WindowChanged)
                relay?.PassSize();
            else
                PidFd.Signal(process, number);
        }
    }
}
