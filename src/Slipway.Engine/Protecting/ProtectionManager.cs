using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Protecting;

/// <summary>Keeps containers, volumes and images from being removed, by whoever and with whatever force, until it is told otherwise.</summary>
public sealed class ProtectionManager
{
    private readonly EngineContext _context;
    private readonly ContainerManager _containers;

    internal ProtectionManager(EngineContext context, ContainerManager containers) => (_context, _containers) = (context, containers);

    /// <summary>Protects something.</summary>
    /// <param name="name">A container's name or id; else a volume's name; else an image's name or id.</param>
    /// <param name="kind">Only what is of this kind; null: the first of them that there is.</param>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public Protection Protect(string name, ProtectedKind? kind = null)
    {
        (ProtectedKind found, string id) = Find(name, kind);
        DateTimeOffset now = _context.Now;
        _context.Protections.Add(found, id, now);
        return new(found, id, now);
    }

    /// <summary>Lets something be removed again.</summary>
    /// <inheritdoc cref="Protect"/>
    /// <exception cref="SlipwayException">NotFound: there is no such thing; Conflict: it is not protected.</exception>
    public void Unprotect(string name, ProtectedKind? kind = null)
    {
        (ProtectedKind found, string id) = Find(name, kind);
        if (!_context.Protections.Remove(found, id))
            throw new SlipwayException(ErrorKind.Conflict, $"unprotect {name}: the {WordOf(found)} is not protected") { Hint = "'slip protect' lists what is" };
    }

    /// <summary>What is protected, with the name that it has now; what is gone in spite of that has none.</summary>
    public IReadOnlyList<(Protection What, string? Name)> List() => [.. _context.Protections.List().Select(p => (p, NameOf(p)))];

    /// <summary><c>container</c>, <c>volume</c> or <c>image</c>.</summary>
    public static string WordOf(ProtectedKind kind) => kind switch { ProtectedKind.Container => "container", ProtectedKind.Volume => "volume", _ => "image" };

    /// <summary>Refuses where it is protected.</summary>
    internal static void Check(ProtectionTable table, ProtectedKind kind, string id, string name)
    {
        if (table.Contains(kind, id))
            throw Refused(kind, name);
    }

    internal static SlipwayException Refused(ProtectedKind kind, string name) =>
        new(ErrorKind.Conflict, $"cannot remove {WordOf(kind)} {name}: it is protected") { Hint = $"'slip unprotect {name}' lets it be removed" };

    private (ProtectedKind Kind, string Id) Find(string name, ProtectedKind? kind)
    {
        if (kind is null or ProtectedKind.Container && _containers.Find(name) is { } container)
            return (ProtectedKind.Container, container.Id);
        if (kind is null or ProtectedKind.Volume && _context.Volumes.Find(name) is { } volume)
            return (ProtectedKind.Volume, volume.Name);
        if (kind is null or ProtectedKind.Image && _context.Store.Images.Find(name) is { } image)
            return (ProtectedKind.Image, image.Id.ToString());
        throw new SlipwayException(ErrorKind.NotFound, $"No such {(kind is { } only ? WordOf(only) : "container, volume or image")}: {name}");
    }

    private string? NameOf(Protection protection) => protection.Kind switch
    {
        ProtectedKind.Container => _context.Containers.FindById(protection.Id)?.Name,
        ProtectedKind.Volume => _context.Volumes.Find(protection.Id)?.Name,
        _ => _context.Store.Images.Find(protection.Id) is { } image ? NameOf(image) : null,
    };

    private static string NameOf(ImageRecord image) => image.Names.Count > 0 ? image.Names[0].Familiar : image.Id.Short;
}
