using Slipway.Build.Dockerfile;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>
/// A tree that COPY reads: a context with its ignore rules, what was fetched, or the file system of a stage or image. Every path is resolved by
/// the kernel as if the root was the only one there is (invariants I1, I15): a link leads where a process there would get, and outside of stages it
/// is told where it would lead out otherwise.
/// </summary>
internal sealed class SourceTree : IDisposable
{
    private const int MaxDockerfilePath = 4096;
    private readonly string _where;

    private SourceTree(DirFd root, PathPatterns rules, string where)
    {
        Root = root;
        Rules = rules;
        _where = where;
    }

    public DirFd Root { get; }

    public PathPatterns Rules { get; }

    /// <summary>Whether owners, devices and extended attributes are the source's own: those of a context are the checkout's.</summary>
    public bool HasOwners { get; private init; }

    /// <summary>Whether times are the source's own.</summary>
    public bool HasTimes { get; private init; }

    /// <summary>A context; its ignore rules are read already.</summary>
    public static SourceTree OfContext(DirFd root, PathPatterns rules, string where = "the build context", StatCache? digests = null) => new(root, rules, where) { Digests = digests };

    /// <summary>The file system of a step.</summary>
    public static SourceTree OfStep(DirFd root, string name) => new(root, PathPatterns.None, $"'{name}'") { HasOwners = true, HasTimes = true };

    /// <summary>What was fetched.</summary>
    /// <param name="root">The directory that it was put into.</param>
    /// <param name="name">What it is, for people.</param>
    /// <param name="hasTimes">Whether times are those of where it came from.</param>
    public static SourceTree OfFetched(DirFd root, string name, bool hasTimes) => new(root, PathPatterns.None, $"'{name}'") { HasTimes = hasTimes };

    /// <summary>Digests that are remembered from earlier builds; null where files don't last.</summary>
    public StatCache? Digests { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    /// <summary>Names a path that wasn't found, for an error.</summary>
    public SlipwayException NotFound(string path, string? why = null) =>
        new(ErrorKind.NotFound, $"\"/{Printable.Escape(path)}\": not found in {_where}{(why is null ? "" : $" ({why})")}");

    /// <summary>Opens a directory on the way to a source; null where there is none.</summary>
    public DirFd? TryOpenDirectory(string path) => Root.TryOpenDirectory(FileNames.Encode(path), Linux.Files.Resolve.InRoot);

    /// <summary>Names what a path leads to, links followed. The file itself isn't opened, so that a FIFO or a device does no harm.</summary>
    public SafeFd Resolve(string path)
    {
        try
        {
            return Root.OpenPath(FileNames.Encode(path), OpenFlags.Path, 0, Linux.Files.Resolve.InRoot);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            throw LeadsOut(path) ? new SlipwayException(ErrorKind.InvalidArgument, $"\"/{Printable.Escape(path)}\" is a link that leads out of {_where}", e) : new(ErrorKind.NotFound, $"{NotFound(path).Message}: stat {Printable.Escape(path)}: file does not exist{Near(path)}", e);
        }
    }

    // What is there under a name of nearly the same letters; one or two letters are near to everything.
    private string Near(string path)
    {
        const int ShortestName = 3;
        int slash = path.LastIndexOf('/');
        string parent = slash < 0 ? "" : path[..slash], name = path[(slash + 1)..];
        using DirFd? directory = parent.Length == 0 ? Root.Reopen() : TryOpenDirectory(parent);
        if (directory is null || name.Length < ShortestName)
            return "";
        IEnumerable<string> others = directory.List().Select(entry => FileNames.Decode(entry.Name)).Where(other => !Rules.Judge(SourceSelector.Join(parent, other)).IsMatch);
        return Printable.Escape(Suggestion.For(name, others));
    }

    private bool LeadsOut(string path)
    {
        try
        {
            Root.OpenPath(FileNames.Encode(path), OpenFlags.Path, 0, Linux.Files.Resolve.Beneath).Dispose();
            return false;
        }
        catch (LinuxException e)
        {
            return e.Errno == Errno.EXDEV && !HasOwners;
        }
    }

    /// <summary>Opens a file that a scan has found, to be read; the caller looks whether it is still that.</summary>
    public SafeFd OpenFile(string path)
    {
        try
        {
            return Root.OpenPath(FileNames.Encode(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0, Linux.Files.Resolve.InRoot);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENXIO)
        {
            throw SourceScanner.Changed(path);
        }
    }

    /// <summary>Where in the tree an opened file really lies, without links; null where that can't be told.</summary>
    public string? RealPath(SafeFd file)
    {
        string? root = new FileInfo(Root.Handle.ProcPath).LinkTarget, target = new FileInfo(file.ProcPath).LinkTarget;
        if (root is null || target is null || target.Length > MaxDockerfilePath)
            return null;
        root = root.TrimEnd('/');
        return target == root ? "" : target.StartsWith(root + "/", StringComparison.Ordinal) ? target[(root.Length + 1)..] : null;
    }
}
