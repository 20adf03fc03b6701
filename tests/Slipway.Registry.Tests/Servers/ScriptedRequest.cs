namespace Slipway.Registry.Tests.Servers;

/// <summary>A request as it came over the line.</summary>
/// <param name="Method">GET, HEAD, …</param>
/// <param name="Target">Path and query, as they were written.</param>
/// <param name="Headers">By lower-case name.</param>
/// <param name="Body">As much as came.</param>
internal sealed record ScriptedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header.ToLowerInvariant());

    public string Path => Target.Split('?')[0];
}
