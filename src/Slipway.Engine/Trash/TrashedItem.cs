namespace Slipway.Engine.Trash;

/// <summary>What is in the trash.</summary>
public enum TrashedKind
{
    /// <summary>A container with its writable layer and log.</summary>
    Container,

    /// <summary>A volume with its files.</summary>
    Volume,
}

/// <summary>Something that was removed and can be brought back.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">A container's id, or where in the trash a volume lies: nothing else ever has it.</param>
/// <param name="Name">What it was called; several may have had the name, one after the other.</param>
/// <param name="Removed">When it was removed.</param>
/// <param name="Expires">When it goes for good, if nothing else makes it go sooner.</param>
/// <param name="Bytes">Disk that goes with it; null: nobody has measured it yet.</param>
public sealed record TrashedItem(TrashedKind Kind, string Id, string Name, DateTimeOffset Removed, DateTimeOffset Expires, long? Bytes)
{
    /// <summary>The name or id of a container's image; null of a volume.</summary>
    public string? Image { get; init; }

    /// <summary>The container that an anonymous volume was removed with; null where it was removed by itself.</summary>
    public string? Container { get; init; }

    /// <summary>The first twelve digits of a container's id; a volume's name.</summary>
    public string ShortId => Kind is TrashedKind.Container ? Id[..12] : Name;
}
