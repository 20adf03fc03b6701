using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Registry.Auth;

/// <summary>The credentials that docker keeps too: in its config.json, or with the helpers that this names.</summary>
/// <param name="path">The file; it need not exist.</param>
/// <param name="helper">Runs helpers.</param>
/// <param name="write">Puts a file's content in place as one, mode 0600.</param>
public sealed class CredentialStore(string path, ICredentialHelper helper, Action<string, byte[]> write) : ICredentialSource
{
    private const string DockerHub = "docker.io";

    // The name under which docker keeps those of its own registry.
    private const string DockerHubKey = "https://index.docker.io/v1/";
    private const string TokenUser = "<token>";

    /// <summary>Where the file is.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public Credential? Find(string host)
    {
        DockerConfig config = DockerConfig.Load(path);
        return config.HelperOf(host) is { } name ? Ask(name, host) : config.Find(host);
    }

    /// <summary>Keeps a credential.</summary>
    /// <returns>Whether it is now in the file itself, readable to whoever may read that.</returns>
    /// <exception cref="SlipwayException">The file or the helper fails.</exception>
    public bool Store(string host, Credential credential)
    {
        DockerConfig config = DockerConfig.Load(path);
        string? name = config.HelperOf(host);
        if (name is not null)
            Tell(name, host, credential);
        config.Remove(host);
        config.Set(KeyOf(host), name is null ? credential : null);
        write(path, config.Write());
        return name is null;
    }

    /// <summary>Forgets a registry's credential; false where there was none.</summary>
    /// <exception cref="SlipwayException">The file or the helper fails.</exception>
    public bool Erase(string host)
    {
        DockerConfig config = DockerConfig.Load(path);
        bool known = config.Has(host);
        if (config.HelperOf(host) is { } name)
        {
            known |= Ask(name, host) is not null;
            if (known)
                Run(name, "erase", Encoding.UTF8.GetBytes(KeyOf(host)));
        }
        if (config.Has(host))
        {
            config.Remove(host);
            write(path, config.Write());
        }
        return known;
    }

    /// <summary>A registry's name in references, of what people and files write for it: <c>https://index.docker.io/v1/</c> is <c>docker.io</c>.</summary>
    public static string HostOf(string key)
    {
        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        string host = scheme < 0 ? key : key[(scheme + 3)..];
        int slash = host.IndexOf('/', StringComparison.Ordinal);
        host = slash < 0 ? host : host[..slash];
        return host is "index.docker.io" or "registry-1.docker.io" or "registry.hub.docker.com" ? DockerHub : host;
    }

    private static string KeyOf(string host) => host == DockerHub ? DockerHubKey : host;

    // The protocol: the registry's name on standard input, a document or a sentence on standard output.
    private Credential? Ask(string name, string host)
    {
        (int code, byte[] output) = helper.Run(name, "get", Encoding.UTF8.GetBytes(KeyOf(host)));
        if (code != 0)
        {
            string said = ShownText.Of(Encoding.UTF8.GetString(output));
            return said.Contains("not found", StringComparison.OrdinalIgnoreCase)
                ? null
                : throw new SlipwayException(ErrorKind.Unavailable, $"get credentials of {host} from docker-credential-{ShownText.Of(name)}: exit code {code}{(said.Length > 0 ? ": " + said : "")}");
        }
        (string user, string secret) = JsonReader.Read(output, $"the answer of docker-credential-{ShownText.Of(name)}", ErrorKind.Corrupt, ReadAnswer).Pair;
        if (user.Length == 0 && secret.Length == 0)
            return null;
        return user == TokenUser ? new Credential("", "", secret) : new Credential(user, secret);
    }

    private void Tell(string name, string host, Credential credential) => Run(name, "store", JsonWriter.Document((KeyOf(host), credential), static (json, it) =>
    {
        json.Write("ServerURL"u8, it.Item1);
        json.Write("Username"u8, it.credential.IdentityToken is null ? it.credential.Username : TokenUser);
        json.Write("Secret"u8, it.credential.IdentityToken ?? it.credential.Password);
    }));

    private void Run(string name, string verb, byte[] input)
    {
        (int code, byte[] output) = helper.Run(name, verb, input);
        if (code != 0)
            throw new SlipwayException(ErrorKind.Unavailable, $"{verb} credentials with docker-credential-{ShownText.Of(name)}: exit code {code}: {ShownText.Of(Encoding.UTF8.GetString(output))}");
    }

    private static Answer? ReadAnswer(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? user = null, secret = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Username": user = json.String(); break;
                case "Secret": secret = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return new Answer((user ?? "", secret ?? ""));
    }

    private sealed record Answer((string User, string Secret) Pair);
}
