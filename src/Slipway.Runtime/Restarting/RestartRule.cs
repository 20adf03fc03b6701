using Slipway.Oci.Json;

namespace Slipway.Runtime.Restarting;

/// <summary>What a monitor is told of restarts.</summary>
/// <param name="Policy">When.</param>
/// <param name="Restarts">How often it has happened.</param>
/// <param name="LastMilliseconds">The wait before this run.</param>
/// <param name="Command">What starts the container again, once the monitor has waited: argv with an absolute path.</param>
public sealed record RestartRule(RestartPolicy Policy, int Restarts, int LastMilliseconds, IReadOnlyList<string> Command);

/// <summary>A rule as text.</summary>
internal static class RestartRuleJson
{
    public static void Write(JsonWriter json, RestartRule rule)
    {
        json.Write("policy"u8, rule.Policy.ToString());
        json.Write("restarts"u8, (long)rule.Restarts);
        json.Write("lastMilliseconds"u8, (long)rule.LastMilliseconds);
        json.Write("command"u8, rule.Command);
    }

    public static RestartRule? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? policy = null;
        int? restarts = null, last = null;
        List<string>? command = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "policy": policy = json.Text(); break;
                case "restarts": restarts = json.Int32(); break;
                case "lastMilliseconds": last = json.Int32(); break;
                case "command": command = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new RestartRule(RestartPolicy.Parse(policy ?? throw json.Missing("policy")), restarts ?? 0, last ?? 0, command ?? throw json.Missing("command"));
    }
}
