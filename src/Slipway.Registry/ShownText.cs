namespace Slipway.Registry;

/// <summary>What registries say, made fit for a terminal: printable, and not too much of it.</summary>
internal static class ShownText
{
    private const int MaxLength = 300;

    public static string Of(string text)
    {
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, MaxLength)).Trim();
        string clean = string.Create(shown.Length, shown.ToString(), static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '?' : from[i];
        });
        return text.Length > MaxLength ? clean + "…" : clean;
    }

    /// <summary>An address without what may be secret in it: user, query, fragment.</summary>
    public static string Of(Uri address) => Of(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
}
