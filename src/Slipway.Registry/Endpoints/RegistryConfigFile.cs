using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Registry.Endpoints;

// /etc/slipway/config.json and $XDG_CONFIG_HOME/slipway/config.json, the keys of Docker's daemon.json and three of ours:
//   "registry-mirrors": ["https://mirror.example"]                 mirrors of docker.io, in the order in which they are asked
//   "insecure-registries": ["host:5000", "10.0.0.0/8"]             without TLS, or with any certificate
//   "mirrors": {"quay.io": ["https://mirror.example/quay"]}        mirrors of other registries
//   "token-hosts": {"registry.example": ["login.example.net"]}     token servers elsewhere that may see the registry's credentials
//   "foreign-layers": true                                         fetch layers from where their manifest says that they are
// Other keys are somebody else's.

/// <summary>Reads what people say about registries.</summary>
public static class RegistryConfigFile
{
    private const long MaxBytes = 1 << 20;
    private const string DockerHub = "docker.io";

    /// <summary>Reads the files that are there; what a later one says comes first.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: one of them is wrong, with the place.</exception>
    public static RegistryConfig Load(IEnumerable<string> paths)
    {
        RegistryConfig config = RegistryConfig.Empty;
        foreach (string path in paths.Where(File.Exists))
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': it has more than {MaxBytes} bytes");
            config = config.With(Parse(File.ReadAllBytes(path), $"'{path}'"));
        }
        return config;
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static RegistryConfig Parse(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    private static RegistryConfig? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var mirrors = new Dictionary<string, IReadOnlyList<Uri>>(StringComparer.OrdinalIgnoreCase);
        var tokenHosts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        List<string>? insecure = null;
        List<Uri>? ofHub = null;
        bool foreign = false;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "registry-mirrors": ofHub = json.List(ReadMirror); break;
                case "insecure-registries": insecure = json.Strings(); break;
                case "mirrors": Fill(mirrors, json.Map(static (scoped ref JsonReader json) => json.List(ReadMirror))); break;
                case "token-hosts": Fill(tokenHosts, json.Map(static (scoped ref JsonReader json) => json.Strings())); break;
                case "foreign-layers": foreign = json.Boolean() ?? false; break;
                default: json.Skip(); break;
            }
        }
        if (ofHub is not null)
            mirrors[DockerHub] = [.. ofHub.Union(mirrors.GetValueOrDefault(DockerHub, []))];
        return new RegistryConfig { Mirrors = mirrors, InsecureRegistries = insecure ?? [], TokenHosts = tokenHosts, ForeignLayers = foreign };
    }

    private static void Fill<T>(Dictionary<string, IReadOnlyList<T>> into, Dictionary<string, List<T>>? read)
    {
        foreach ((string key, List<T> values) in read ?? [])
            into[key] = values;
    }

    private static Uri? ReadMirror(scoped ref JsonReader json)
    {
        string? text = json.String();
        if (text is null)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Query.Length == 0
            ? address
            : throw json.Error("want a mirror's address as https://host[:port][/path]");
    }
}
