using System.Text.Json;
using Slipway.Oci.Runtime;

namespace Slipway.Api.Wire;

/// <summary>The size of a terminal: parameters <c>h</c> and <c>w</c>.</summary>
internal static class TerminalSize
{
    /// <exception cref="ApiException">400: missing, or no size.</exception>
    public static (ushort Height, ushort Width) Read(ApiRequest request) => (One(request, "h"), One(request, "w"));

    /// <summary>The size that a command's terminal starts with: <c>ConsoleSize</c>, height and width; null where it isn't said.</summary>
    public static ConsoleSize? Console(JsonInput body) =>
        body.Find("ConsoleSize") is { ValueKind: JsonValueKind.Array } size && size.GetArrayLength() == 2
        && size[0].ValueKind is JsonValueKind.Number && size[1].ValueKind is JsonValueKind.Number
        && size[0].TryGetUInt16(out ushort height) && size[1].TryGetUInt16(out ushort width) && (height | width) != 0 ? new() { Height = height, Width = width } : null;

    private static ushort One(ApiRequest request, string name) => request.Number(name) switch
    {
        >= 0 and <= ushort.MaxValue and var number => (ushort)number,
        null => throw ApiException.BadRequest($"invalid resize: {name} is missing"),
        _ => throw ApiException.BadRequest($"invalid resize: {name} is a number from 0 to {ushort.MaxValue}"),
    };
}
