namespace Slipway.Registry.Transfer;

/// <summary>What we call ourselves to registries.</summary>
internal static class AgentName
{
    private const int MaxUpstream = 200;

    /// <summary>As dockerd hands on whom it asks for, with the signs of a comment escaped: <c>… UpstreamClient(Docker-Client/26.1.5 \(linux\))</c>.</summary>
    /// <param name="own">Our own name.</param>
    /// <param name="upstream">Who asks through us, as it wrote; null: nobody.</param>
    public static string Of(string own, string? upstream)
    {
        string clean = string.Concat((upstream ?? "").Where(c => c is >= ' ' and <= '~').Take(MaxUpstream).Select(c => c is '\\' or ';' or '(' or ')' ? $"\\{c}" : c.ToString()));
        return clean.Length == 0 ? own : $"{own} UpstreamClient({clean})";
    }
}
