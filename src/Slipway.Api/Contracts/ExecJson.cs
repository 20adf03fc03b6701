using System.Text.Json.Nodes;
using Slipway.Api.Streams;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Contracts;

/// <summary><c>GET /exec/{id}/json</c> (ExecInspectResponse).</summary>
internal static class ExecJson
{
    public static JsonObject Of(ExecEntry entry) => new()
    {
        ["ID"] = entry.Id,
        ["Running"] = entry.Running,
        ["ExitCode"] = entry.ExitCode,
        ["ProcessConfig"] = new JsonObject
        {
            ["tty"] = entry.Request.Terminal,
            ["entrypoint"] = entry.Request.Command[0],
            ["arguments"] = InspectJson.List(entry.Request.Command.Skip(1)),
            ["privileged"] = entry.Request.Privileged,
            ["user"] = entry.Request.User ?? "",
        },
        ["OpenStdin"] = entry.Request.Interactive,
        ["OpenStderr"] = entry.Request.Stderr,
        ["OpenStdout"] = entry.Request.Stdout,
        ["CanRemove"] = entry.ExitCode is not null,
        ["ContainerID"] = entry.Container,
        ["DetachKeys"] = "",
        ["Pid"] = entry.Pid,
    };
}
