namespace Slipway.Store;

/// <summary>Where things lie. Creates nothing; <see cref="ImageStorage.Open"/> makes the directories, mode 0700 (invariant I14).</summary>
/// <param name="DataRoot">Survives a reboot: <c>/var/lib/slipway</c> unless chosen otherwise.</param>
/// <param name="RunRoot">Gone after a reboot, and nothing is lost with it: <c>/run/slipway</c>.</param>
public sealed record StorePaths(string DataRoot, string RunRoot)
{
    /// <summary>The SQLite file that holds all mutable state.</summary>
    public string Database => Path.Join(DataRoot, "slipway.db");

    /// <summary>Immutable content: <c>content/blobs/sha256/HEX</c>.</summary>
    public string Blobs => Path.Join(DataRoot, "content/blobs/sha256");

    /// <summary>How blobs that are not kept are made again: <c>content/recipes/sha256/HEX</c>. Not there before the first.</summary>
    public string Recipes => Path.Join(DataRoot, "content/recipes/sha256");

    /// <summary>Blobs on their way in; on the same file system as <see cref="Blobs"/>.</summary>
    public string Ingest => Path.Join(DataRoot, "content/ingest");

    /// <summary>Unpacked layers: <c>layers/HEX/fs</c>, by chain id.</summary>
    public string Layers => Path.Join(DataRoot, "layers");

    /// <summary>One directory a container (Engine's).</summary>
    public string Containers => Path.Join(DataRoot, "containers");

    /// <summary>One directory a volume (Engine's).</summary>
    public string Volumes => Path.Join(DataRoot, "volumes");

    /// <summary>What <c>rm</c> took, until it expires (Engine's).</summary>
    public string Trash => Path.Join(DataRoot, "trash");

    /// <summary>Staging, on the same file system as everything above; swept when its owner is gone.</summary>
    public string Tmp => Path.Join(DataRoot, "tmp");

    /// <summary>What builds remember (Build's).</summary>
    public string BuildCache => Path.Join(DataRoot, "cache");

    /// <summary>Directories that RUN steps of builds share from build to build (Build's): <c>cache/mounts/HEX</c>.</summary>
    public string CacheMounts => Path.Join(BuildCache, "mounts");

    /// <summary>Lock files that tell living leases from dead ones.</summary>
    public string LeaseLocks => Path.Join(DataRoot, "leases");
}
