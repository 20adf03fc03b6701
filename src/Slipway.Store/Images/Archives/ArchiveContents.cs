using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <summary>
/// What an image archive holds, by name. The files themselves are in the blob store, under the lease of the load, so an archive may have
/// them in any order. Names are looked up here and nowhere else: none of them ever becomes a path.
/// </summary>
internal sealed class ArchiveContents
{
    private const int MaxLinks = 8;
    private readonly Dictionary<string, (Digest Digest, long Size)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly BlobStore _blobs;

    public ArchiveContents(BlobStore blobs) => _blobs = blobs;

    /// <summary>Takes a document that is read as a whole: index.json and its like.</summary>
    public void AddDocument(string name, byte[] content)
    {
        RequireNew(name);
        _documents.Add(name, content);
    }

    /// <summary>Takes a file whose bytes are in the blob store.</summary>
    public void AddFile(string name, Digest digest, long size)
    {
        RequireNew(name);
        _files.Add(name, (digest, size));
    }

    /// <summary>Takes a link between two names of the archive: Docker before 25 saves a layer that two images share so.</summary>
    public void AddLink(string name, string target)
    {
        RequireNew(name);
        _links.Add(name, target);
    }

    /// <summary>The document of this name; null where there is none.</summary>
    public byte[]? FindDocument(string name) => _documents.GetValueOrDefault(name);

    /// <summary>The directories, one deep, that hold a file of this name.</summary>
    public IEnumerable<string> DirectoriesWith(string file) =>
        _files.Keys.Concat(_links.Keys).Select(n => n.Split('/')).Where(p => p.Length == 2 && p[1] == file).Select(p => p[0]);

    /// <summary>The file of this name, through links within the archive.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the archive has no such regular file.</exception>
    public (Digest Digest, long Size) GetFile(string name, string what)
    {
        string at = Clean(name);
        for (int i = 0; i <= MaxLinks; i++)
        {
            if (_files.TryGetValue(at, out (Digest, long) file))
                return file;
            if (!_links.TryGetValue(at, out string? target))
                break;
            at = target;
        }
        throw new SlipwayException(ErrorKind.InvalidArgument, $"load: the {what} '{Printable.Escape(name)}' is not a file in the archive");
    }

    /// <summary>Whether the archive holds the blob.</summary>
    public bool HasBlob(Digest digest) => _files.ContainsKey(ArchiveNames.OfBlob(digest));

    /// <summary>A whole blob of the archive, checked against what points at it.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: missing, of another size or too large.</exception>
    public byte[] ReadBlob(Oci.Image.Descriptor descriptor, string what, int maxBytes)
    {
        RequireBlob(descriptor, what);
        return _blobs.ReadAll(descriptor.Digest, maxBytes);
    }

    /// <summary>The archive holds the blob, with the size that the descriptor says.</summary>
    public void RequireBlob(Oci.Image.Descriptor descriptor, string what)
    {
        (_, long size) = GetFile(ArchiveNames.OfBlob(descriptor.Digest), what);
        if (size != descriptor.Size)
            throw new SlipwayException(ErrorKind.Corrupt, $"load: the {what} {descriptor.Digest} has {size} bytes instead of {descriptor.Size}");
    }

    /// <summary>A name without a leading <c>./</c> and empty parts. Not a defence: it only lets different spellings meet.</summary>
    public static string Clean(string name) => string.Join('/', name.Split('/').Where(p => p is not ("" or ".")));

    /// <summary>Where a link leads within the archive; null where it leads out of it.</summary>
    public static string? Resolve(string link, string target)
    {
        if (target.StartsWith('/'))
            return null;
        var parts = new List<string>(Clean(link).Split('/').SkipLast(1));
        foreach (string part in Clean(target).Split('/'))
        {
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                return null;
        }
        return string.Join('/', parts);
    }

    private void RequireNew(string name)
    {
        if (_files.ContainsKey(name) || _links.ContainsKey(name) || _documents.ContainsKey(name))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"load: the archive holds '{Printable.Escape(name)}' twice");
    }
}
