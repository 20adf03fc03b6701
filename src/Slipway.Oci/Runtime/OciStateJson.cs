using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>A container's state as text, for people, hooks and agents; nothing reads it back here.</summary>
public static class OciStateJson
{
    /// <summary>Writes the state document (runtime.md#state).</summary>
    public static byte[] Write(OciState state) => JsonWriter.Document(state, Write);

    /// <summary>Writes what a seccomp agent gets (config-linux.md#the-container-process-state).</summary>
    public static byte[] Write(ContainerProcessState state) => JsonWriter.Document(state, static (json, state) =>
    {
        json.Write("ociVersion"u8, state.OciVersion);
        json.Write("fds"u8, state.Fds);
        json.Write("pid"u8, state.Pid);
        json.Write("metadata"u8, state.Metadata);
        json.Write("state"u8, state.State, Write);
    });

    private static void Write(JsonWriter json, OciState state)
    {
        json.Write("ociVersion"u8, state.OciVersion);
        json.Write("id"u8, state.Id);
        json.Write("status"u8, state.Status);
        json.Write("pid"u8, state.Pid);
        json.Write("bundle"u8, state.Bundle);
        json.Write("annotations"u8, state.Annotations);
    }
}
