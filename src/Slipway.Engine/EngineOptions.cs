using Slipway.Engine.Trash;
using Slipway.Registry.Endpoints;
using Slipway.Store;

namespace Slipway.Engine;

/// <summary>Where an engine keeps its things, and what it starts containers with.</summary>
public sealed record EngineOptions
{
    /// <summary>Environment variable for <see cref="DataRoot"/>.</summary>
    public const string DataVariable = "SLIPWAY_DATA";

    /// <summary>Environment variable for <see cref="RunRoot"/>.</summary>
    public const string RunVariable = "SLIPWAY_RUN";

    /// <summary>Environment variable for <see cref="RuntimePath"/>.</summary>
    public const string RuntimeVariable = "SLIPWAY_RUNTIME";

    private const string DefaultData = "/var/lib/slipway";

    /// <summary>What lasts: images, writable layers, volumes, the database. Default <c>/var/lib/slipway</c>, or below the user's data home.</summary>
    public required string DataRoot { get; init; }

    /// <summary>What a reboot may take: sockets and locks. Default <c>/run/slipway</c>, or below the user's runtime directory.</summary>
    public required string RunRoot { get; init; }

    /// <summary>The executable <c>slip-runtime</c>; default: beside the program.</summary>
    public required string RuntimePath { get; init; }

    /// <summary>
    /// The executable <c>slip</c>, which goes on where its caller has ended: it removes a <c>--rm</c> container whose client is gone, and
    /// from the disk what an rmi took away. Null: the next to look does the one, and the caller waits for the other.
    /// </summary>
    public string? CliPath { get; init; }

    /// <summary>How long what was removed can be brought back.</summary>
    public TrashPolicy Trash { get; init; } = TrashPolicy.Default;

    /// <summary>What the caller says of registries, over what the configuration files say.</summary>
    public RegistryConfig Registries { get; init; } = RegistryConfig.Empty;

    /// <summary>The command by which whoever reads our sentences logs in to a registry: hints name it.</summary>
    public string LoginCommand { get; init; } = "slip login";

    /// <summary>The clock for everything that is recorded.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// What devices and rules of this store on the host are told from another's by: nothing for the store in the usual place, else eight
    /// digits of its data root's name.
    /// </summary>
    internal string HostTag => DataRoot == DefaultData ? "" : Fingerprint.Of(DataRoot)[..8];

    internal StorePaths StorePaths => new(DataRoot, RunRoot);

    /// <summary>Options from the command line where given, else from the environment, else the defaults of this user.</summary>
    public static EngineOptions Resolve(string? dataRoot = null, string? runRoot = null)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        return new()
        {
            DataRoot = Path.GetFullPath(FirstOf(dataRoot, DataVariable) ?? (isRoot ? DefaultData : UserData())),
            RunRoot = Path.GetFullPath(FirstOf(runRoot, RunVariable) ?? (isRoot ? "/run/slipway" : UserRun())),
            RuntimePath = FirstOf(null, RuntimeVariable) ?? Path.Combine(AppContext.BaseDirectory, "slip-runtime"),
            Trash = TrashPolicy.FromEnvironment(),
        };
    }

    private static string? FirstOf(string? given, string variable)
    {
        string? value = given ?? Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private static string UserData() =>
        Path.Combine(FirstOf(null, "XDG_DATA_HOME") ?? Path.Combine(FirstOf(null, "HOME") ?? "/", ".local/share"), "slipway");

    private static string UserRun() =>
        Path.Combine(FirstOf(null, "XDG_RUNTIME_DIR") ?? Path.Combine(Path.GetTempPath(), $"slipway-{Environment.UserName}"), "slipway");
}
