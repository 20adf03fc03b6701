using System.Buffers.Text;
using System.Text;
using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Registry.Auth;

namespace Slipway.Api.Wire;

/// <summary>
/// Whom a client is to registries: headers X-Registry-Auth (one) and X-Registry-Config (several, by registry), base64 of JSON. Only what it sends
/// is used, never what is kept for the user that the daemon runs as.
/// </summary>
internal sealed class RegistryAuth : ICredentialSource
{
    private readonly Dictionary<string, Credential> _byHost = new(StringComparer.Ordinal);
    private Credential? _any;

    private RegistryAuth(ApiRequest request) => Agent = request.Http.Request.Headers.UserAgent;

    /// <inheritdoc/>
    public string? Agent { get; }

    /// <summary>The header of a pull or push: for whatever registry the name means. What can't be read is nobody's, as with dockerd.</summary>
    public static RegistryAuth Read(ApiRequest request)
    {
        var auth = new RegistryAuth(request);
        if (Decode(request, "X-Registry-Auth") is { } json)
            auth._any = CredentialOf(json);
        return auth;
    }

    /// <summary>The header of a build: an object by registry. What can't be read is nobody's.</summary>
    public static RegistryAuth ReadConfig(ApiRequest request)
    {
        var auth = new RegistryAuth(request);
        if (Decode(request, "X-Registry-Config") is not { } json)
            return auth;
        foreach (System.Text.Json.JsonProperty member in json.Element.EnumerateObject())
        {
            if (member.Value.ValueKind is System.Text.Json.JsonValueKind.Object && CredentialOf(new(member.Value, "")) is { } credential)
                auth._byHost[HostOf(member.Name)] = credential;
        }
        return auth;
    }

    /// <inheritdoc/>
    public Credential? Find(string host) => _any ?? _byHost.GetValueOrDefault(host);

    private static string HostOf(string server)
    {
        try
        {
            return RegistryManager.HostOf(server);
        }
        catch (SlipwayException)
        {
            return server; // fits nothing
        }
    }

    private static JsonInput? Decode(ApiRequest request, string header)
    {
        string? text = request.Http.Request.Headers[header];
        if (string.IsNullOrEmpty(text))
            return null;
        // In the URL's alphabet, with or without padding; old clients use the other one.
        byte[] bytes = Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_').TrimEnd('='));
        try
        {
            return JsonBody.Parse(Base64Url.DecodeFromUtf8(bytes));
        }
        catch (Exception e) when (e is FormatException or ApiException)
        {
            return null; // whoever needed it hears of it from the registry
        }
    }

    // A member that is no text is as good as none.
    private static Credential? CredentialOf(JsonInput json)
    {
        string? user = Text("username"), password = Text("password"), token = Text("identitytoken");
        return user is null && password is null && token is null ? null : new(user ?? "", password ?? "", token);

        string? Text(string name) => json.Find(name)?.ValueKind is System.Text.Json.JsonValueKind.String ? json.Text(name) : null;
    }
}
