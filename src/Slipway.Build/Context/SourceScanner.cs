using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>Walks what a COPY takes, once: decides what is in, and refuses what can't be copied. It opens directories only.</summary>
internal sealed class SourceScanner(SourceTree tree, CancellationToken ct)
{
    /// <summary>Directories below each other; each is an open descriptor while its children are walked.</summary>
    public const int MaxDepth = 400;

    /// <summary>Files, directories and links of one source: each takes half a kilobyte of memory while its step is made.</summary>
    public const int MaxEntries = 5_000_000;

    /// <summary>How many it takes.</summary>
    public int Limit { get; init; } = MaxEntries;

    /// <summary>Everything below one path that the filter takes.</summary>
    /// <exception cref="SlipwayException">NotFound: it isn't there, or it is ignored; InvalidArgument: a link that leads out.</exception>
    public SelectedSource Scan(string path, SourceFilter filter)
    {
        using SafeFd file = tree.Resolve(path);
        FileStatus status = file.Status();
        string real = !tree.HasOwners ? tree.RealPath(file) ?? path : path;
        PathPatterns.Verdict verdict = real.Length == 0 ? tree.Rules.Root : tree.Rules.Judge(real);
        if (verdict.IsMatch && !(status.IsDirectory && tree.Rules.HasExceptions))
            throw tree.NotFound(path, "excluded by .dockerignore");
        var entries = new List<SourceEntry>();
        if (!status.IsDirectory)
        {
            entries.Add(!IsLeft(status) ? Leaf("", path, status, null) : throw tree.NotFound(path, "sockets are left out"));
            return Hashed(new(path, entries));
        }
        entries.Add(new("", status, null));
        using (DirFd directory = new(file.Reopen(OpenFlags.Directory)))
            Walk(new Place(directory, "", real, verdict, filter.Root), filter, entries, 0);
        return verdict.IsMatch && entries.Count == 1 ? throw tree.NotFound(path, "excluded by .dockerignore") : Hashed(new(path, entries));
    }

    private SelectedSource Hashed(SelectedSource source)
    {
        new ContentHasher(tree, ct).Fill(source);
        return source;
    }

    /// <summary>As <see cref="Scan"/>; null where the path is ignored or gone, which a wildcard passes over.</summary>
    public SelectedSource? TryScan(string path, SourceFilter filter)
    {
        try
        {
            return Scan(path, filter);
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private void Walk(Place place, SourceFilter filter, List<SourceEntry> entries, int depth)
    {
        if (depth > MaxDepth)
            throw new SlipwayException(ErrorKind.Exhausted, $"\"/{Printable.Escape(place.Real)}\": directories nested deeper than {MaxDepth}");
        foreach (DirEntry entry in place.Directory.List(sorted: true))
        {
            ct.ThrowIfCancellationRequested();
            if (entries.Count >= Limit)
                throw new SlipwayException(ErrorKind.Exhausted, $"more than {Limit} files in one source") { Hint = "leave out what the image doesn't need, with .dockerignore or --exclude, or copy parts" };
            string name = FileNames.Decode(entry.Name), path = SourceSelector.Join(place.Path, name), full = SourceSelector.Join(place.Real, name);
            PathPatterns.Verdict ignored = tree.Rules.Judge(place.Ignored, full);
            SourceFilter.Verdict taken = filter.Judge(place.Taken, path);
            if ((ignored.IsMatch && !tree.Rules.HasExceptions) || !filter.MayHold(taken))
                continue;
            FileStatus status = Look(place.Directory, entry, full);
            if (status.IsDirectory)
                Directory(entry, new Place(place.Directory, path, full, ignored, taken), status, filter, entries, depth);
            else if (!ignored.IsMatch && taken.IsIn && !IsLeft(status))
                entries.Add(Leaf(path, full, status, status.IsSymlink ? place.Directory.ReadLink(entry.Name) : null));
        }
    }

    // A directory that is not in itself is in after all when something below it is.
    private void Directory(DirEntry entry, Place place, FileStatus status, SourceFilter filter, List<SourceEntry> entries, int depth)
    {
        int at = entries.Count;
        bool isIn = !place.Ignored.IsMatch && place.Taken.IsIn;
        entries.Add(new(place.Path, status, null) { IsOnlyParent = !place.Taken.IsIn });
        using (DirFd directory = place.Directory.OpenDirectory(entry.Name))
            Walk(place with { Directory = directory }, filter, entries, depth + 1);
        if (!isIn && entries.Count == at + 1)
            entries.RemoveAt(at);
    }

    // Where a walk is: the path from the source and from the tree's root, and what the rules said of it.
    private readonly record struct Place(DirFd Directory, string Path, string Real, PathPatterns.Verdict Ignored, SourceFilter.Verdict Taken);

    private static SourceEntry Leaf(string path, string full, FileStatus status, byte[]? target) => status.Type switch
    {
        FileType.Symlink when target is null => throw Changed(full),
        FileType.Symlink => new(path, status, target),
        _ => new(path, status, null),
    };

    // Sockets of a context are somebody's who runs beside it.
    private bool IsLeft(in FileStatus status) => status.Type == FileType.Socket && !tree.HasOwners;

    /// <summary>The error of a file that isn't what it was a moment ago.</summary>
    public static SlipwayException Changed(string path) =>
        new(ErrorKind.Conflict, $"\"/{Printable.Escape(path)}\" changed while it was being read") { Hint = "build again when nothing writes to the context" };

    private static FileStatus Look(DirFd directory, DirEntry entry, string full) =>
        directory.TryStatus(entry.Name, out FileStatus status) ? status : throw Changed(full);
}
