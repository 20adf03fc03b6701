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
                Console.Error.WriteLine("read escape sequence");
                return 0;
            default:
                return 0; // nobody reads us: it runs on
        }
    }
}
