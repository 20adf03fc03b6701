namespace Slipway.Store.Archives;

/// <summary>Bounds on what an archive may ask for (invariant I8); each is checked on the size that a header declares, before any of it is read.</summary>
public sealed record TarLimits
{
    /// <summary>Used where nothing else is said.</summary>
    public static TarLimits Default { get; } = new();

    /// <summary>Entries of one archive.</summary>
    public long MaxEntries { get; init; } = 4_000_000;

    /// <summary>Bytes of content of all entries, holes not counted.</summary>
    public long MaxBytes { get; init; } = 256L << 30;

    /// <summary>Bytes of one extension header: PAX records, a long name, a sparse map.</summary>
    public int MaxExtension { get; init; } = 1 << 20;
}
