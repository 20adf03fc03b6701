using System.Globalization;
using Slipway.Api.Wire;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Contracts.Requests;

/// <summary>The Config in the body of <c>POST /commit</c>: what it names replaces what the container has, as instructions of a Dockerfile would.</summary>
internal static class CommitReader
{
    public static IEnumerable<string> Changes(JsonInput config)
    {
        foreach (string variable in config.Texts("Env") ?? [])
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                yield return $"ENV {variable[..equals]}={Quote(variable[(equals + 1)..])}";
        }
        foreach ((string key, string value) in config.Map("Labels"))
            yield return $"LABEL {Quote(key)}={Quote(value)}";
        foreach (string port in config.Keys("ExposedPorts"))
            yield return $"EXPOSE {port}";
        foreach (string volume in config.Keys("Volumes"))
            yield return $"VOLUME {List([volume])}";
        if (config.Text("WorkingDir") is { } directory)
            yield return $"WORKDIR {directory}";
        if (config.Text("User") is { } user)
            yield return $"USER {user}";
        if (config.Text("StopSignal") is { } signal)
            yield return $"STOPSIGNAL {signal}";
        if (config.Texts("Entrypoint") is { Count: > 0 } entrypoint)
            yield return $"ENTRYPOINT {List(entrypoint)}";
        if (config.Texts("Cmd") is { Count: > 0 } command)
            yield return $"CMD {List(command)}";
    }

    private static string List(IEnumerable<string> words) => InspectJson.List(words).ToJsonString(InspectJson.Compact);

    // A Dockerfile's own quoting: a dollar would be a variable, a line end another instruction.
    private static string Quote(string text) => string.Create(CultureInfo.InvariantCulture, $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace('\n', ' ')}\"");
}
