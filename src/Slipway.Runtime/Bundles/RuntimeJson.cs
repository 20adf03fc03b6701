using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Bundles;

/// <summary>JSON of this room's own records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorConfig))]
[JsonSerializable(typeof(ExecConfig))]
[JsonSerializable(typeof(ContainerState))]
[JsonSerializable(typeof(ExitRecord))]
public sealed partial class RuntimeJson : JsonSerializerContext
{
    // The same limits as OciJson.Strict has.
    private const int MaxDepth = 64;

    /// <summary>Depth at most 64, exact case, no duplicate keys.</summary>
    public static RuntimeJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = MaxDepth,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
    });
}
