namespace Slipway.Registry.Auth;

/// <summary>One way in that a 401 offers (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">Lower-case: <c>basic</c>, <c>bearer</c>.</param>
/// <param name="Parameters">By lower-case name.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public string? this[string name] => Parameters.GetValueOrDefault(name);
}
