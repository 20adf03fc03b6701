using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>
/// A tree that COPY reads: the build context with its ignore rules, or the file system of a stage or image. Every path is resolved by the
/// kernel beneath the root (invariants I1, I15): in the context a link that leads out is an error, in a stage it leads where a process there would get.
/// </summary>
internal sealed class SourceTree : IDisposable
{
    private const int MaxDockerfilePath = 4096;
    private readonly string _where;

    private SourceTree(DirFd root, IgnoreRules rules, bool isContext, string where)
    {
        Root = root;
        Rules = rules;
        IsContext = isContext;
        _where = where;
    }

    public DirFd Root { get; }

    public IgnoreRules Rules { get; }

    /// <summary>Files of the context have no owners and no times of their own: those are the checkout's, not the source's.</summary>
    public bool IsContext { get; }

    /// <summary>The context; its ignore rules are read already.</summary>
    public static SourceTree OfContext(DirFd root, IgnoreRules rules) => new(root, rules, true, "the build context");

    /// <summary>The file system of a step.</summary>
    public static SourceTree OfStep(DirFd root, string name) => new(root, IgnoreRules.None, false, $"'{name}'");

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    /// <summary>Names a path that wasn't found, for an error.</summary>
    public SlipwayException NotFound(string path, string? why = null) =>
        new(ErrorKind.NotFound, $"\"/{Printable.Escape(path)}\": not found in {_where}{(why is null ? "" : $" ({why})")}");

    /// <summary>Opens a directory on the way to a source; null where there is none.</summary>
    public DirFd? TryOpenDirectory(string path) => Root.TryOpenDirectory(FileNames.Encode(path), Mode);

    /// <summary>Names what a path leads to, links followed. The file itself isn't opened, so that a FIFO or a device does no harm.</summary>
    public SafeFd Resolve(string path)
    {
        try
        {
            return Root.OpenPath(FileNames.Encode(path), OpenFlags.Path, 0, Mode);
        }
        catch (LinuxException e) when (e.Errno == Errno.EXDEV)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"\"/{Printable.Escape(path)}\" is a link that leads out of {_where}", e);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            throw NotFound(path);
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

    private Resolve Mode => IsContext ? Linux.Files.Resolve.Beneath : Linux.Files.Resolve.InRoot;
}
