using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Oci;

namespace Slipway.Registry.Auth;

// Docker's config.json, of which these keys are ours to read and write; the others are kept as they are:
//   "auths": {"HOST": {"auth": base64("USER:PASSWORD"), "identitytoken": "…"}}
//   "credsStore": "NAME"                  all credentials are with docker-credential-NAME
//   "credHelpers": {"HOST": "NAME"}       those of one registry are

/// <summary>Docker's file of credentials (docs.docker.com, docker login).</summary>
internal sealed class DockerConfig
{
    private const long MaxBytes = 4 << 20;

    // The nodes hold nothing but strings, numbers and truth values: no type has to be looked up.
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        IndentCharacter = '\t',
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(),
    };

    private readonly JsonObject _root;

    private DockerConfig(JsonObject root) => _root = root;

    /// <exception cref="SlipwayException">InvalidArgument: it is not such a file.</exception>
    public static DockerConfig Load(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new DockerConfig([]);
            if (new FileInfo(path).Length > MaxBytes)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': it has more than {MaxBytes} bytes");
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.All(b => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                return new DockerConfig([]);
            return JsonNode.Parse(bytes) is JsonObject root ? new DockerConfig(root) : throw Malformed(path);
        }
        catch (JsonException e)
        {
            throw Malformed(path, e);
        }
    }

    /// <summary>The helper that keeps a registry's credentials; null where they are in the file.</summary>
    public string? HelperOf(string host) =>
        Object("credHelpers")?.FirstOrDefault(e => CredentialStore.HostOf(e.Key) == host).Value is { } own && Text(own) is { Length: > 0 } name ? name
        : _root["credsStore"] is { } all && Text(all) is { Length: > 0 } store ? store
        : null;

    /// <summary>What the file has for a registry.</summary>
    public Credential? Find(string host)
    {
        // An exact name wins over other spellings of it.
        KeyValuePair<string, JsonNode?>[] entries = [.. (Object("auths") ?? []).Where(e => CredentialStore.HostOf(e.Key) == host).OrderByDescending(e => e.Key == host)];
        return entries.Select(e => e.Value is JsonObject entry ? Read(entry) : null).FirstOrDefault(c => c is not null);
    }

    /// <summary>Whether the file knows of a login there, wherever its secret is.</summary>
    public bool Has(string host) => Object("auths")?.Any(e => CredentialStore.HostOf(e.Key) == host) == true;

    /// <summary>Puts a credential in; null leaves the mark that a helper has one, as docker does.</summary>
    public void Set(string key, Credential? credential)
    {
        if (Object("auths") is not { } auths)
            _root["auths"] = auths = [];
        var entry = new JsonObject();
        if (credential is not null)
        {
            entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
            if (credential.IdentityToken is { } token)
                entry["identitytoken"] = token;
        }
        auths[key] = entry;
    }

    /// <summary>Takes out every spelling of a registry.</summary>
    public void Remove(string host)
    {
        foreach (string key in Object("auths")?.Select(e => e.Key).Where(k => CredentialStore.HostOf(k) == host).ToList() ?? [])
            Object("auths")!.Remove(key);
    }

    /// <summary>The file's text.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(_root.ToJsonString(s_indented) + "\n");

    private static Credential? Read(JsonObject entry)
    {
        string name = Text(entry["username"]) ?? "", password = Text(entry["password"]) ?? "";
        if (Text(entry["auth"]) is { Length: > 0 } auth)
        {
            byte[] buffer = new byte[auth.Length];
            if (!Convert.TryFromBase64String(auth, buffer, out int length))
                return null;
            string text = Encoding.UTF8.GetString(buffer, 0, length);
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                return null;
            (name, password) = (text[..colon], text[(colon + 1)..].TrimEnd('\0'));
        }
        if (Text(entry["identitytoken"]) is { Length: > 0 } token)
            return new Credential(name, "", token);
        return name.Length > 0 ? new Credential(name, password) : null;
    }

    private JsonObject? Object(string name) => _root[name] as JsonObject;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static SlipwayException Malformed(string path, Exception? inner = null) =>
        new(ErrorKind.InvalidArgument, $"read '{path}': it is not a JSON object", inner) { Hint = "it is the file that docker and 'slip login' keep credentials in; DOCKER_CONFIG names another directory" };
}
