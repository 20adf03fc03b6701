using Slipway.Oci.Json;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class StateCommand
{
    public static Command Command { get; } = new("state", "ID", "print a container's state as JSON", [], static (arguments, session) =>
    {
        using RuntimeContainer container = RuntimeContainer.Look(session.Root, arguments.Operands[0]);
        Output.Write(1, JsonWriter.Document(container, static (json, container) => Write(json, container)));
        Output.Write(1, "\n");
        return 0;
    });

    /// <summary>The specification's state, and what runc adds to it.</summary>
    public static void Write(JsonWriter json, RuntimeContainer container)
    {
        OciState state = container.Describe(container.Status());
        json.Write("ociVersion"u8, state.OciVersion);
        json.Write("id"u8, state.Id);
        json.Write("pid"u8, state.Pid);
        json.Write("status"u8, state.Status);
        json.Write("bundle"u8, state.Bundle);
        json.Write("rootfs"u8, container.Record.Rootfs);
        json.Write("created"u8, container.Record.Created);
        json.Write("annotations"u8, state.Annotations);
        json.Write("owner"u8, "root");
    }
}
