using System.Globalization;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Metadata;

namespace Slipway.Store.Images;

/// <content>Finding images by what people write.</content>
public sealed partial class ImageStore
{
    /// <summary>
    /// Finds an image by <c>name[:tag]</c>, <c>name@sha256:…</c>, id (with or without <c>sha256:</c>) or a prefix of the id that no other
    /// image shares. A name wins over a prefix. A digest pins the content, so the name before it need not be known here.
    /// </summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a name, or the prefix of several ids.</exception>
    public ImageRecord? Find(string nameOrId)
    {
        if (Digest.TryParse(nameOrId, out Digest id) || Digest.TryParseHex(nameOrId, out id))
            return FindById(id);
        bool isName = Reference.TryParse(nameOrId, out Reference? name);
        if (isName && FindByName(name!) is { } image)
            return image;
        if (IdPrefix(nameOrId) is { } prefix)
            return FindByPrefix(prefix);
        return isName ? null : throw new SlipwayException(ErrorKind.InvalidArgument, "invalid reference format");
    }

    /// <summary>
    /// As <see cref="Find"/>, but <c>name@sha256:…</c> only where that repository is known to have the image under the digest, or a tag of it
    /// points at the image of that id: what a name is asked about, or taken from, must be its own.
    /// </summary>
    /// <exception cref="SlipwayException">InvalidArgument: as <see cref="Find"/>.</exception>
    public ImageRecord? FindNamed(string nameOrId)
    {
        if (!Reference.TryParse(nameOrId, out Reference? name) || name.Digest is not { } digest)
            return Find(nameOrId);
        if (FindByDigest(name.Repository, digest) is { } recorded)
            return recorded;
        return FindById(digest) is { } image && image.Names.Any(n => n.Repository == name.Repository) ? image : null;
    }

    /// <summary>As <see cref="FindNamed"/>.</summary>
    /// <exception cref="SlipwayException">NotFound: <c>No such image: name@digest</c>; InvalidArgument: as <see cref="Find"/>.</exception>
    public ImageRecord GetNamed(string nameOrId) =>
        FindNamed(nameOrId) ?? throw NoSuchImage(Reference.TryParse(nameOrId, out Reference? name) ? name.Familiar : nameOrId);

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="SlipwayException">NotFound: <c>No such image: name:tag</c>; InvalidArgument: as <see cref="Find"/>.</exception>
    public ImageRecord Get(string nameOrId) =>
        Find(nameOrId) ?? throw NoSuchImage(Reference.TryParse(nameOrId, out Reference? name) ? name.Familiar : nameOrId);

    /// <summary>Whether a name, an id or the beginning of one, that named the image once, still does.</summary>
    public bool IsNamed(string nameOrId, Digest image)
    {
        if (image.ToString().StartsWith(nameOrId, StringComparison.Ordinal) || image.Hex.StartsWith(nameOrId, StringComparison.Ordinal))
            return true;
        if (!Reference.TryParse(nameOrId, out Reference? name))
            return false;
        return name.Digest is { } digest
            ? digest == image || _database.Query("SELECT 1 FROM image_digests WHERE digest = @digest AND image = @image LIMIT 1", static _ => true, ("@digest", digest), ("@image", image)).Count > 0
            : _database.Query("SELECT 1 FROM tags WHERE name = @name AND image = @image", static _ => true, ("@name", name.ToString()), ("@image", image)).Count > 0;
    }

    /// <summary>Every image, the newest first (<see cref="ImageRecord.Age"/>). Their documents are read when they are asked for.</summary>
    public IReadOnlyList<ImageRecord> List()
    {
        // One look at all tables, so that no name is missed while it moves.
        return _database.InSnapshot<IReadOnlyList<ImageRecord>>(() =>
        {
            Dictionary<Digest, List<Reference>> names = Grouped("SELECT image, name FROM tags", static r => Reference.Parse(r.GetString(1)));
            Dictionary<Digest, List<Digest>> layers = Grouped("SELECT image, chain_id FROM image_layers ORDER BY image, position", static r => r.GetDigest(1));
            return [.. _database.Query("SELECT i.id, i.created, i.retired, u.came FROM images i INDEXED BY images_by_created LEFT JOIN image_uses u ON u.image = i.id", r => Listed(r, layers, names))
                .OrderByDescending(i => i.Age).ThenBy(i => i.Id.Hex, StringComparer.Ordinal)];
        });
    }

    private ImageRecord Listed(Row row, Dictionary<Digest, List<Digest>> layers, Dictionary<Digest, List<Reference>> names)
    {
        Digest id = row.GetDigest(0);
        return Read(row, layers.GetValueOrDefault(id) ?? [], names.GetValueOrDefault(id) ?? [], new(() => ReadDocuments(id)));
    }

    private Dictionary<Digest, List<T>> Grouped<T>(string sql, Func<Row, T> read)
    {
        var groups = new Dictionary<Digest, List<T>>();
        foreach ((Digest image, T item) in _database.Query(sql, r => (r.GetDigest(0), read(r))))
        {
            if (!groups.TryGetValue(image, out List<T>? group))
                groups.Add(image, group = []);
            group.Add(item);
        }
        return groups;
    }

    private ImageRecord? FindByName(Reference name) =>
        name.Digest is { } digest ? FindById(digest) ?? FindByDigest(digest)
        : _database.Query("SELECT image FROM tags WHERE name = @name", static r => r.GetString(0), ("@name", name.ToString())) is [string id] ? FindById(Digest.Parse(id))
        : null;

    private ImageRecord? FindByPrefix(string prefix)
    {
        // All ids are as long as each other: 'g' comes after every hexadecimal digit.
        List<string> ids = _database.Query(
            "SELECT id FROM images WHERE id >= @from AND id < @to AND NOT retired LIMIT 2", static r => r.GetString(0), ("@from", "sha256:" + prefix), ("@to", $"sha256:{prefix}g"));
        return ids.Count switch
        {
            0 => null,
            1 => FindById(Digest.Parse(ids[0])),
            _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"multiple IDs found with provided prefix: {prefix}"),
        };
    }

    private ImageRecord? FindById(Digest id)
    {
        (string, object?) key = ("@id", id);
        return _database.InSnapshot(() => _database.Query("SELECT id, created, retired, (SELECT came FROM image_uses WHERE image = @id), manifest, config FROM images WHERE id = @id", r => Read(
            r,
            _database.Query("SELECT chain_id FROM image_layers WHERE image = @id ORDER BY position", static l => l.GetDigest(0), key),
            _database.Query("SELECT name FROM tags WHERE image = @id", static t => Reference.Parse(t.GetString(0)), key),
            new((r.GetBytes(4), r.GetBytes(5)))), key)).SingleOrDefault();
    }

    private static ImageRecord Read(Row row, IReadOnlyList<Digest> layers, IReadOnlyList<Reference> names, Lazy<(byte[] Manifest, byte[] Config)> documents) => new()
    {
        Id = row.GetDigest(0),
        Documents = documents,
        ChainIds = layers,
        Created = row.IsNull(1) ? CreatedOf(ImageConfigJson.Read(documents.Value.Config, "the image's configuration")) : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Names = names.Count <= 1 ? names : [.. names.OrderBy(n => n.ToString(), StringComparer.Ordinal)],
        IsRetired = row.GetInt32(2) != 0,
        Came = row.IsNull(3) ? DateTimeOffset.UnixEpoch : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
    };

    private (byte[] Manifest, byte[] Config) ReadDocuments(Digest id) =>
        _database.Query("SELECT manifest, config FROM images WHERE id = @id", static r => (r.GetBytes(0), r.GetBytes(1)), ("@id", id)) is [var documents] ? documents : throw NoSuchImage(id.ToString());

    private static DateTimeOffset CreatedOf(ImageConfig config) =>
        DateTimeOffset.TryParse(config.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset created) ? created : DateTimeOffset.UnixEpoch;

    private static string? IdPrefix(string text)
    {
        string hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        return hex.Length is > 0 and < 64 && !hex.AsSpan().ContainsAnyExcept("0123456789abcdef") ? hex : null;
    }
}
