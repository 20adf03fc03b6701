using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Health;

/// <summary>The health of a container as files in its run directory: <c>healthcheck.json</c>, the rule, and <c>health.json</c>, what was found.</summary>
public static class HealthFiles
{
    private const string RuleName = "healthcheck.json", StateName = "health.json";

    /// <summary>Before a start: the rule is there, and nothing is known.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    /// <param name="rule">How it is to be looked after.</param>
    public static void Begin(string runDir, HealthRule rule)
    {
        File.Delete(Path.Combine(runDir, StateName));
        File.WriteAllBytes(Path.Combine(runDir, RuleName), HealthRuleJson.Document(rule));
    }

    /// <summary>What is known; null where nobody looks after it.</summary>
    public static HealthState? Read(string runDir)
    {
        if (!File.Exists(Path.Combine(runDir, RuleName)))
            return null;
        if (SmallFile.TryRead(Path.Combine(runDir, StateName)) is not { } document)
            return new HealthState();
        try
        {
            return HealthStateJson.Read(document);
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.Corrupt)
        {
            return new HealthState();
        }
    }

    internal static HealthRule ReadRule(string runDir) => HealthRuleJson.Read(File.ReadAllBytes(Path.Combine(runDir, RuleName)));

    internal static void Write(string runDir, HealthState state)
    {
        string path = Path.Combine(runDir, StateName), aside = path + ".tmp";
        File.WriteAllBytes(aside, HealthStateJson.Write(state));
        File.Move(aside, path, overwrite: true);
    }
}
