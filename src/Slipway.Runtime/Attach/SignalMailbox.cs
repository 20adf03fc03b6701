using System.Runtime.InteropServices;
using Slipway.Linux;
using Slipway.Linux.Polling;

namespace Slipway.Runtime.Attach;

/// <summary>
/// Signals of this process, collected for a poll loop: the handlers run on a thread of the runtime's, which only notes the number
/// and wakes the loop. While it lives these signals don't end the process.
/// </summary>
internal sealed class SignalMailbox : IDisposable
{
    /// <summary>SIGWINCH: the terminal's size has changed.</summary>
    public const int WindowChanged = 28;

    private const int SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGUSR1 = 10, SIGUSR2 = 12, SIGTERM = 15;
    private static readonly int[] s_proxied = [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM];

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly SafeFd _wake;
    private ulong _pending;

    /// <summary>Collects the proxied signals, the window's, or both; each one raises <paramref name="wake"/>.</summary>
    public SignalMailbox(SafeFd wake, bool proxied, bool window)
    {
        _wake = wake;
        if (window)
            Register(WindowChanged);
        if (proxied)
            Array.ForEach(s_proxied, Register);
    }

    /// <summary>Takes one signal that has come; 0 when there is none. Signals of one number that came together count once, as in the kernel.</summary>
    public int Take()
    {
        ulong pending = Volatile.Read(ref _pending);
        if (pending == 0)
            return 0;
        int number = System.Numerics.BitOperations.TrailingZeroCount(pending);
        Interlocked.And(ref _pending, ~(1UL << number));
        return number;
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    // A positive number is the kernel's own (PosixSignalRegistration.Create, remarks).
    private void Register(int number) => _registrations.Add(PosixSignalRegistration.Create((PosixSignal)number, context =>
    {
        context.Cancel = true;
        Interlocked.Or(ref _pending, 1UL << number);
        EventFd.Raise(_wake);
    }));
}
