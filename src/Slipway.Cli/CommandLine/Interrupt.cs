using System.Runtime.InteropServices;

namespace Slipway.Cli.CommandLine;

/// <summary>Ctrl-C and SIGTERM as a token for long work, which then tidies up behind itself; a second Ctrl-C ends at once.</summary>
internal static class Interrupt
{
    private static CancellationTokenSource? s_source;
    private static PosixSignalRegistration[]? s_registrations;

    public static CancellationToken Token
    {
        get
        {
            if (s_source is null)
            {
                s_source = new();
                s_registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel)];
            }
            return s_source.Token;
        }
    }

    private static void Cancel(PosixSignalContext context)
    {
        // The second time the default action follows.
        context.Cancel = !s_source!.IsCancellationRequested;
        s_source.Cancel();
        GC.KeepAlive(s_registrations);
    }
}
