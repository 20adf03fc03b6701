using System.Globalization;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Metadata;

namespace Slipway.Store.Images;

/// <content>Finding images by what people write.</content>
public sealed partial class ImageStore
{
    private const string Columns = "SELECT id, manifest, config, created FROM images ";

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

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="SlipwayException">NotFound: <c>No such image: name:tag</c>; InvalidArgument: as <see cref="Find"/>.</exception>
    public ImageRecord Get(string nameOrId) =>
        Find(nameOrId) ?? throw NoSuchImage(Reference.TryParse(nameOrId, out Reference? name) ? name.Familiar : nameOrId);

    /// <summary>Every image, the newest first.</summary>
    public IReadOnlyList<ImageRecord> List()
    {
        // One look at both tables, so that no name is missed while it moves.
        return _database.InSnapshot<IReadOnlyList<ImageRecord>>(() =>
        {
            ILookup<string, Reference> names = _database
                .Query("SELECT image, name FROM tags", static r => (Image: r.GetString(0), Name: Reference.Parse(r.GetString(1))))
                .ToLookup(t => t.Image, t => t.Name, StringComparer.Ordinal);
            ILookup<string, Digest> layers = _database
                .Query("SELECT image, chain_id FROM image_layers ORDER BY image, position", static r => (Image: r.GetString(0), Layer: Digest.Parse(r.GetString(1))))
                .ToLookup(l => l.Image, l => l.Layer, StringComparer.Ordinal);
            return [.. _database.Query(Columns, r => Read(r, layers[r.GetString(0)], names[r.GetString(0)]))
                .OrderByDescending(i => i.Created).ThenBy(i => i.Id.Hex, StringComparer.Ordinal)];
        });
    }

    private ImageRecord? FindByName(Reference name) =>
        name.Digest is { } digest ? FindById(digest) ?? FindByDigest(digest)
        : _database.Query("SELECT image FROM tags WHERE name = @name", static r => r.GetString(0), ("@name", name.ToString())) is [string id] ? FindById(Digest.Parse(id))
        : null;

    private ImageRecord? FindByPrefix(string prefix)
    {
        // All ids are as long as each other: 'g' comes after every hexadecimal digit.
        List<string> ids = _database.Query(
            "SELECT id FROM images WHERE id >= @from AND id < @to LIMIT 2", static r => r.GetString(0), ("@from", "sha256:" + prefix), ("@to", $"sha256:{prefix}g"));
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
        return _database.InSnapshot(() => _database.Query(Columns + "WHERE id = @id", r => Read(
            r,
            _database.Query("SELECT chain_id FROM image_layers WHERE image = @id ORDER BY position", static l => Digest.Parse(l.GetString(0)), key),
            _database.Query("SELECT name FROM tags WHERE image = @id", static t => Reference.Parse(t.GetString(0)), key)), key)).SingleOrDefault();
    }

    private static ImageRecord Read(Row row, IEnumerable<Digest> layers, IEnumerable<Reference> names)
    {
        byte[] config = row.GetBytes(2);
        return new ImageRecord
        {
            Id = Digest.Parse(row.GetString(0)),
            ManifestBytes = row.GetBytes(1),
            ConfigBytes = config,
            ChainIds = [.. layers],
            Created = row.IsNull(3) ? CreatedOf(ImageConfigJson.Read(config, "the image's configuration")) : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
            Names = [.. names.OrderBy(n => n.ToString(), StringComparer.Ordinal)],
        };
    }

    private static DateTimeOffset CreatedOf(ImageConfig config) =>
        DateTimeOffset.TryParse(config.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset created) ? created : DateTimeOffset.UnixEpoch;

    private static string? IdPrefix(string text)
    {
        string hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        return hex.Length is > 0 and < 64 && !hex.AsSpan().ContainsAnyExcept("0123456789abcdef") ? hex : null;
    }
}
