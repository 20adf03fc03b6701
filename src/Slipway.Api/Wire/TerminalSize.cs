namespace Slipway.Api.Wire;

/// <summary>The size of a terminal: parameters <c>h</c> and <c>w</c>.</summary>
internal static class TerminalSize
{
    /// <exception cref="ApiException">400: missing, or no size.</exception>
    public static (ushort Height, ushort Width) Read(ApiRequest request) => (One(request, "h"), One(request, "w"));

    private static ushort One(ApiRequest request, string name) => request.Number(name) switch
    {
        >= 0 and <= ushort.MaxValue and var number => (ushort)number,
        null => throw ApiException.BadRequest($"invalid resize: {name} is missing"),
        _ => throw ApiException.BadRequest($"invalid resize: {name} is a number from 0 to {ushort.MaxValue}"),
    };
}
