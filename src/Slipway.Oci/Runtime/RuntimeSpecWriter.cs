using System.Text.Json.Serialization;

namespace Slipway.Oci.Runtime;

/// <summary>
/// Writes config.json. Straight-line code without the tables of types and properties that reading needs: setting those up takes
/// longer than the whole rest of the writing, at every start of a container.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec))]
public sealed partial class RuntimeSpecWriter : JsonSerializerContext;
