using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Registry;
using Slipway.Registry.Auth;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Search;

namespace Slipway.Engine.Registries;

/// <summary>Registries: who we are to them, and how to speak to them. Nothing is read or connected before it is needed.</summary>
public sealed class RegistryManager
{
    /// <summary>How many layers one pull fetches at a time where nobody says: docker's number. On a line with delays more would be no faster for one registry, and they share one disk.</summary>
    public const int UsualDownloads = 3;

    /// <summary>How many one push sends.</summary>
    public const int UsualUploads = 5;

    /// <summary>How many a search finds where nobody says how many are wanted.</summary>
    public const int UsuallyFound = 25;

    private const string DockerHub = "docker.io";
    private const int MostFound = 100;
    private readonly EngineOptions _options;
    private RegistryConfig _given;
    private readonly RegistryPlaces _places = RegistryPlaces.FromEnvironment();

    /// <summary>Needs no store: only what the options say of the clock.</summary>
    public RegistryManager(EngineOptions options)
    {
        _options = options;
        _given = options.Registries;
        Credentials = new CredentialStore(_places.CredentialFile, new CredentialProgram(), WritePrivate);
    }

    internal string LoginCommand => _options.LoginCommand;

    internal CredentialStore Credentials { get; }

    /// <summary>What holds for registries besides the files of this host; from the options, until somebody sets it. Takes effect with what is asked for next.</summary>
    public RegistryConfig Given
    {
        get => Volatile.Read(ref _given);
        set => Volatile.Write(ref _given, value);
    }

    /// <summary>How many layers one pull fetches at a time, from the next pull on.</summary>
    public int DownloadsAtOnce { get; set; } = UsualDownloads;

    /// <summary>How many one push sends, from the next push on.</summary>
    public int UploadsAtOnce { get; set; } = UsualUploads;

    /// <summary>The registry that a server's name or address means: <c>https://host/v1/</c> is <c>host</c>, nothing is Docker Hub.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a registry's name.</exception>
    public static string HostOf(string? server)
    {
        string host = string.IsNullOrEmpty(server) ? DockerHub : CredentialStore.HostOf(server);
        return host == DockerHub || Reference.TryParse(host + "/x", out Reference? reference) && reference.Host == host
            ? host
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid registry '{Linux.Printable.Escape(server!)}': want host[:port]");
    }

    /// <summary>Whether the registry takes these credentials; if so they are kept.</summary>
    /// <returns>The file that has the password in it now, readable to its owner; null where a helper keeps it.</returns>
    /// <exception cref="RegistryException">Denied: it doesn't take them; Unavailable.</exception>
    public async Task<string?> LoginAsync(string host, string username, string password, CancellationToken cancellation)
    {
        using RegistryClient client = Open();
        Credential kept = await client.LoginAsync(host, new Credential(username, password), cancellation).ConfigureAwait(false);
        return Credentials.Store(host, kept) ? Credentials.Path : null;
    }

    /// <summary>Whether the registry takes these credentials; nothing is kept.</summary>
    /// <param name="host">Which.</param>
    /// <param name="username">Who it shall be.</param>
    /// <param name="password">By what it knows them.</param>
    /// <param name="asker">For whom we ask.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RegistryException">Denied: it doesn't take them; Unavailable.</exception>
    public async Task CheckAsync(string host, string username, string password, ICredentialSource asker, CancellationToken cancellation)
    {
        using RegistryClient client = Open(asker);
        await client.LoginAsync(host, new Credential(username, password), cancellation).ConfigureAwait(false);
    }

    /// <summary>Looks for repositories: at Docker Hub, or for <c>host/word</c> at that registry.</summary>
    /// <param name="term">The word.</param>
    /// <param name="limit">How many are wanted at most, 1 to 100.</param>
    /// <param name="credentials">Who asks; null: what is kept here.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SlipwayException">InvalidArgument: another number, or no word; NotFound: the registry has no search; Denied, Unavailable, Corrupt.</exception>
    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, ICredentialSource? credentials, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(term);
        if (limit is < 1 or > MostFound)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"limit {limit} is outside the range of [1, {MostFound}]");
        int slash = term.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : term[..slash];
        bool isHost = first == "localhost" || first.AsSpan().ContainsAny('.', ':');
        string word = isHost ? term[(slash + 1)..] : term;
        if (word.Length == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "search: want a word to look for");
        using RegistryClient client = Open(credentials);
        return await client.SearchAsync(isHost ? HostOf(first) : DockerHub, word, limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>What is kept for a registry: the user's name; null where nothing is.</summary>
    public string? UserOf(string host) => Credentials.Find(host)?.Username;

    /// <summary>As <see cref="LoginAsync"/> with what is kept.</summary>
    /// <exception cref="SlipwayException">NotFound: nothing is kept.</exception>
    public async Task RepeatLoginAsync(string host, CancellationToken cancellation)
    {
        Credential kept = Credentials.Find(host) ?? throw new SlipwayException(ErrorKind.NotFound, $"no credentials for {host}");
        using RegistryClient client = Open();
        await client.LoginAsync(host, kept, cancellation).ConfigureAwait(false);
    }

    /// <summary>Forgets the credentials for a registry; false where there were none.</summary>
    public bool Logout(string host) => Credentials.Erase(host);

    internal RegistryConfig Config => RegistryConfigFile.Load(_places.ConfigFiles).With(Given);

    /// <param name="credentials">Somebody's own; null: those that are kept here.</param>
    internal RegistryClient Open(ICredentialSource? credentials = null) => new(new RegistrySettings
    {
        Config = Config,
        CertificateDirectories = _places.CertificateDirectories,
        Credentials = credentials ?? Credentials,
        Clock = _options.Clock,
    });

    // The directory is made as docker makes it. Whole or not at all, and never readable to others, not even for a moment.
    private static void WritePrivate(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WholeFile.Write(path, file => file.Write(content), 0x180 /* 0600 */);
    }
}
