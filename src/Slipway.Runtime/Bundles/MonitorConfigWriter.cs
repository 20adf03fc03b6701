using System.Text.Json.Serialization;

namespace Slipway.Runtime.Bundles;

/// <summary>Writes what a monitor is told, without the tables that reading needs (as <see cref="Oci.Runtime.RuntimeSpecWriter"/>).</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorConfig))]
internal sealed partial class MonitorConfigWriter : JsonSerializerContext;
