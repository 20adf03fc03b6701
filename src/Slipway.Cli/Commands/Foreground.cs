using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Runtime.Attach;

namespace Slipway.Cli.Commands;

/// <summary>A container in the foreground: its streams are ours, its exit code becomes ours, and with <c>--rm</c> it goes when it ends.</summary>
internal static class Foreground
{
    public static int Follow(SlipwayEngine engine, ContainerSession session)
    {
        ContainerRecord record = session.Record;
        if (session.Stream is not { } stream)
            return 0;
        AttachResult result = stream.Pump(new PumpOptions
        {
            Stdin = record.Request.Interactive,
            Terminal = record.Request.Terminal,
            Signal = signal => engine.Containers.Forward(record.Id, signal),
        });
        switch (result.End)
        {
            case AttachEnd.Exited:
                stream.TakeOver();
                engine.Containers.Finish(record.Id);
                return result.ExitCode;
            case AttachEnd.Lost:
                throw new SlipwayException(ErrorKind.Internal, $"the monitor of container {record.Name} ended: see 'slip inspect {record.Name}'");
            default:
                return 0; // detached, or nobody reads us: it runs on
        }
    }
}
