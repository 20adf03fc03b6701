using Slipway.Oci;

namespace Slipway.Store.Images;

/// <content>When images were last used, and those that are only there for somebody who still uses them.</content>
public sealed partial class ImageStore
{
    /// <summary>Notes that these images are in use now: one that is gone is left out. Coming here counts as use without it.</summary>
    public void Use(IReadOnlyCollection<Digest> images) => SetUsed(images, _clock.GetUtcNow());

    /// <summary>Notes that these images were in use at a time; an earlier one than is known changes nothing.</summary>
    public void SetUsed(IReadOnlyCollection<Digest> images, DateTimeOffset time)
    {
        foreach (Digest image in images)
            _database.Execute(
                """
                INSERT INTO image_uses(image, used, came) SELECT id, @time, @time FROM images WHERE id = @image
                ON CONFLICT(image) DO UPDATE SET used = max(used, @time)
                """,
                ("@image", image), ("@time", time.ToUnixTimeMilliseconds()));
    }

    /// <summary>When each image came here or was last noted as used; an image of an older store may be missing.</summary>
    public IReadOnlyDictionary<Digest, DateTimeOffset> LastUses() => _database
        .Query("SELECT image, used FROM image_uses", static r => KeyValuePair.Create(r.GetDigest(0), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(1))))
        .ToDictionary();

    /// <summary>
    /// Takes all names and digests of an image away and marks it as there for its users only. Being loaded, pulled or named again brings it back.
    /// </summary>
    public void Retire(Digest image) => _database.InTransaction(() =>
    {
        _database.Execute("DELETE FROM tags WHERE image = @image", ("@image", image));
        _database.Execute("DELETE FROM image_digests WHERE image = @image", ("@image", image));
        _database.Execute("UPDATE images SET retired = 1 WHERE id = @image", ("@image", image));
    });

    /// <summary>Whether it was removed while somebody stood on it.</summary>
    public bool IsRetired(Digest image) => _database.Query("SELECT 1 FROM images WHERE id = @image AND retired", static _ => true, ("@image", image)).Count > 0;
}
