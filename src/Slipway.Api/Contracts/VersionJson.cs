using System.Text.Json.Nodes;
using Slipway.Api.Server;
using Slipway.Api.Wire;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Contracts;

/// <summary><c>GET /version</c> (SystemVersion).</summary>
internal static class VersionJson
{
    public static JsonObject Of(ApiServices services)
    {
        ProgramVersion version = services.Options.Version;
        string kernel = InspectSystemJson.KernelRelease;
        return new()
        {
            ["Platform"] = new JsonObject { ["Name"] = "Slipway" },
            ["Components"] = new JsonArray(new JsonObject
            {
                ["Name"] = "Engine",
                ["Version"] = version.Number,
                ["Details"] = new JsonObject
                {
                    ["ApiVersion"] = ApiVersion.Newest.ToString(),
                    ["MinAPIVersion"] = ApiVersion.Oldest.ToString(),
                    ["Arch"] = "amd64",
                    ["Os"] = "linux",
                    ["KernelVersion"] = kernel,
                    ["Experimental"] = "false",
                    ["GitCommit"] = version.Commit,
                    ["GoVersion"] = "",
                    ["BuildTime"] = version.BuildTime,
                },
            }),
            ["Version"] = version.Number,
            ["ApiVersion"] = ApiVersion.Newest.ToString(),
            ["MinAPIVersion"] = ApiVersion.Oldest.ToString(),
            ["GitCommit"] = version.Commit,
            // Not Go; the member is one that clients print.
            ["GoVersion"] = $".NET {Environment.Version}",
            ["Os"] = "linux",
            ["Arch"] = "amd64",
            ["KernelVersion"] = kernel,
            ["BuildTime"] = version.BuildTime,
        };
    }
}
