using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Pruning;

namespace Slipway.Cli.Output;

/// <summary>A prune's plan, and what became of it, for programs. Bytes are bytes of disk, times UTC.</summary>
internal static class PruneJson
{
    public static JsonObject Of(PrunePlan plan) => new()
    {
        ["plan"] = plan.Candidates.Count == 0 ? null : plan.Id,
        ["created"] = Time(plan.Created),
        ["expires"] = Time(plan.Expires),
        ["bytes"] = plan.Bytes,
        ["trashedBytes"] = plan.TrashedBytes,
        ["objects"] = new JsonArray([.. plan.Candidates.Select(c => (JsonNode)Of(c))]),
    };

    public static JsonObject Of(string plan, PruneReport report) => new()
    {
        ["plan"] = plan,
        ["bytes"] = report.Bytes,
        ["trashedBytes"] = report.TrashedBytes,
        ["removed"] = new JsonArray([.. report.Removed.Select(o => (JsonNode)Of(o.Candidate))]),
        ["left"] = new JsonArray([.. report.Skipped.Select(o => (JsonNode)WithWhy(o))]),
    };

    private static JsonObject WithWhy(PruneOutcome outcome)
    {
        JsonObject json = Of(outcome.Candidate);
        json["why"] = outcome.Skipped;
        return json;
    }

    private static JsonObject Of(PruneCandidate candidate) => new()
    {
        ["kind"] = candidate.Kind.ToString(),
        ["id"] = candidate.Id,
        ["name"] = candidate.Name,
        ["reason"] = candidate.Reason,
        ["bytes"] = candidate.Bytes,
        ["toTrash"] = candidate.ToTrash,
        ["lastUse"] = candidate.LastUse is { } use ? Time(use) : null,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
