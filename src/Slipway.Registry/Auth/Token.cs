using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Registry.Auth;

/// <summary>What a token server gives (distribution, docs/spec/auth/token.md and oauth.md).</summary>
/// <param name="Text">For the header Authorization.</param>
/// <param name="Expires">When it is over, by our clock and counted from when it came.</param>
/// <param name="RefreshToken">To be kept instead of a password; null where none was asked for or given.</param>
internal sealed record Token(string Text, DateTimeOffset Expires, string? RefreshToken)
{
    // The specification's default, and the room in which a token counts as old already.
    private const int DefaultSeconds = 60, MaxSeconds = 7 * 24 * 3600;
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    public bool IsFresh(DateTimeOffset now) => now < Expires - s_margin;

    /// <exception cref="SlipwayException">Corrupt.</exception>
    public static Token Parse(byte[] document, DateTimeOffset now) => JsonReader.Read(document, "the token server's answer", ErrorKind.Corrupt, (scoped ref JsonReader json) => Read(ref json, now));

    private static Token? Read(scoped ref JsonReader json, DateTimeOffset now)
    {
        if (!json.BeginObject())
            return null;
        string? token = null, access = null, refresh = null;
        long seconds = DefaultSeconds;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "token": token = json.String(); break;
                case "access_token": access = json.String(); break;
                case "refresh_token": refresh = json.String(); break;
                case "expires_in": seconds = json.Int64() ?? DefaultSeconds; break;
                default: json.Skip(); break;
            }
        }
        string text = token ?? access ?? throw json.Error("the authorization server did not include a token in the response");
        // It goes into a header: what could end that one and begin another is no token.
        if (text.Length == 0 || text.Any(c => c is <= ' ' or > '~'))
            throw json.Error("the token is not one");
        return new Token(text, now.AddSeconds(Math.Clamp(seconds, DefaultSeconds, MaxSeconds)), string.IsNullOrEmpty(refresh) ? null : refresh);
    }
}
