using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Bundles;

/// <summary>What a monitor is asked that only tells what it would do.</summary>
/// <param name="Config">What it would be told.</param>
/// <param name="Spec">What the bundle's config.json would say; there is no bundle.</param>
/// <param name="Made">Directories that bind mounts name and that would be made before.</param>
internal sealed record PlanRequest(MonitorConfig Config, RuntimeSpec Spec, IReadOnlyList<string> Made);

/// <summary>The same as text: documents in a document.</summary>
internal static class PlanRequestJson
{
    public static byte[] Write(PlanRequest request) => JsonWriter.Document(request, static (json, request) =>
    {
        json.Write("config"u8, Encoding.UTF8.GetString(MonitorConfigJson.Write(request.Config)));
        json.Write("spec"u8, Encoding.UTF8.GetString(RuntimeSpecJson.Write(request.Spec)));
        json.Write("made"u8, request.Made);
    });

    public static PlanRequest Read(ReadOnlySpan<byte> document) => JsonReader.Read(document, "the plan request", ErrorKind.Corrupt, Read);

    private static PlanRequest? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? config = null, spec = null;
        List<string>? made = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "config": config = json.Text(); break;
                case "spec": spec = json.Text(); break;
                case "made": made = json.Texts(); break;
                default: json.Skip(); break;
            }
        }
        return new PlanRequest(
            MonitorConfigJson.Read(Encoding.UTF8.GetBytes(config ?? throw json.Missing("config"))),
            RuntimeSpecJson.Read(Encoding.UTF8.GetBytes(spec ?? throw json.Missing("spec")), "the configuration"),
            made ?? []);
    }
}
