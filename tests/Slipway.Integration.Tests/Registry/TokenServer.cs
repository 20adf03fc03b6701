using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Integration.Tests.Registry;

/// <summary>A token server for docker-registry (distribution, docs/spec/auth/jwt.md): one user, and everyone may pull what is below <c>public/</c>.</summary>
public sealed class TokenServer : IDisposable
{
    public const string User = "sailor", Password = "se:cret+/";
    private readonly HttpListener _listener = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly List<string> _asked = [];

    public TokenServer(string directory)
    {
        var request = new CertificateRequest("CN=tokens", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12));
        Bundle = Path.Combine(directory, "tokens.pem");
        File.WriteAllText(Bundle, _certificate.ExportCertificatePem());
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The certificate that its tokens are signed with.</summary>
    public string Bundle { get; }

    /// <summary>The section <c>auth:</c> of a registry that trusts it.</summary>
    public string Section => $"""
        auth:
          token:
            realm: "{Address}token"
            service: registry
            issuer: tests
            rootcertbundle: "{Bundle}"
        """;

    public int Count
    {
        get
        {
            lock (_asked)
                return _asked.Count;
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _certificate.Dispose();
        _key.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                lock (_asked)
                    _asked.Add(context.Request.RawUrl!);
                Answer(context);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string? authorization = context.Request.Headers["Authorization"];
        bool known = authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        if (authorization is not null && !known)
        {
            context.Response.StatusCode = 401;
            context.Response.Close();
            return;
        }
        JsonArray access = [.. (context.Request.QueryString.GetValues("scope") ?? []).Select(s => Grant(s.Split(':'), known)).Where(g => g is not null)];
        context.Response.Close(Encoding.UTF8.GetBytes(new JsonObject { ["token"] = Sign(access), ["expires_in"] = 60 }.ToJsonString()), false);
    }

    private static JsonObject? Grant(string[] scope, bool known)
    {
        string[] actions = [.. scope[^1].Split(',').Where(a => known || (a == "pull" && scope[1].StartsWith("public/", StringComparison.Ordinal)))];
        return actions.Length == 0 ? null : new JsonObject { ["type"] = scope[0], ["name"] = scope[1], ["actions"] = new JsonArray([.. actions.Select(a => (JsonNode)a)]) };
    }

    private string Sign(JsonArray access)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256", ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)) };
        var claims = new JsonObject
        {
            ["iss"] = "tests", ["sub"] = User, ["aud"] = "registry", ["exp"] = now + 600, ["nbf"] = now - 60, ["iat"] = now, ["jti"] = Guid.NewGuid().ToString("N"), ["access"] = access,
        };
        string text = $"{Encode(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{text}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
