using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Runtime.Attach;

namespace Slipway.Cli.Commands;

/// <summary>How a container in the foreground is attached to.</summary>
internal sealed record ForegroundWish
{
    /// <summary>Its standard input, where it has one, is ours.</summary>
    public bool Stdin { get; init; } = true;

    /// <summary>What it prints comes to us.</summary>
    public bool Stdout { get; init; } = true;

    /// <summary>Its errors too.</summary>
    public bool Stderr { get; init; } = true;

    /// <summary>Signals that we get are passed on to it.</summary>
    public bool PassesSignals { get; init; } = true;

    /// <summary>Keys that detach from a terminal.</summary>
    public string DetachKeys { get; init; } = PumpOptions.DefaultDetachKeys;
}

/// <summary>A container in the foreground: its streams are ours, its exit code becomes ours, and with <c>--rm</c> it goes when it ends.</summary>
internal static class Foreground
{
    /// <summary>
    /// Whether what we are told would be the keys of the container's terminal and comes from none of ours: that is said, and the exit code is 1, as docker's.
    /// </summary>
    public static bool LacksTerminal(bool stdin, bool terminal)
    {
        bool lacks = stdin && terminal && Console.IsInputRedirected;
        if (lacks)
            ErrorReport.PrintLine(new SlipwayException(ErrorKind.InvalidArgument, "the input device is not a TTY") { Hint = "leave out -t to pipe input to it" });
        return lacks;
    }

    public static int Follow(SlipwayEngine engine, ContainerSession session, ForegroundWish? wish = null)
    {
        wish ??= new();
        ContainerRecord record = session.Record;
        if (session.Stream is not { } stream)
            return 0;
        AttachResult result = stream.Pump(new PumpOptions
        {
            Stdin = wish.Stdin && record.Request.Interactive,
            Stdout = wish.Stdout,
            Stderr = wish.Stderr,
            Terminal = record.Request.Terminal,
            Signal = wish.PassesSignals ? signal => engine.Containers.Forward(record.Id, signal) : null,
            DetachKeys = wish.DetachKeys,
            Resized = (rows, columns) => engine.Containers.TellResized(record, rows, columns),
        });
        switch (result.End)
        {
            case AttachEnd.Exited:
                stream.TakeOver();
                engine.Containers.Finish(record.Id);
                return result.ExitCode;
            case AttachEnd.Lost:
                throw new SlipwayException(ErrorKind.Internal, $"the monitor of container {record.Name} ended: see 'slip inspect {record.Name}'");
            case AttachEnd.Detached:
                engine.Containers.TellDetached(record);
                Console.Error.WriteLine("read escape sequence");
                return 0;
            default:
                return 0; // nobody reads us: it runs on
        }
    }
}
