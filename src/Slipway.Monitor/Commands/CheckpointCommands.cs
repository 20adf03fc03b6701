using Slipway.Oci;

namespace Slipway.Monitor.Commands;

/// <summary>Not there, and they say so: whoever asks for their help is told the same.</summary>
internal static class CheckpointCommands
{
    public static Command Checkpoint { get; } = Missing("checkpoint");

    public static Command Restore { get; } = Missing("restore");

    private static Command Missing(string name) => new(name, "ID", "not supported", [], (_, _) =>
        throw new SlipwayException(ErrorKind.NotSupported, $"{name}: checkpoints of containers are not supported")) { Count = (0, int.MaxValue) };
}
