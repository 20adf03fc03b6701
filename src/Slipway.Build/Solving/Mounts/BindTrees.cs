using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Oci;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Solving.Mounts;

/// <summary>
/// What a bind mount of a RUN shows: files of a context, of a stage or of an image. What the step writes there is thrown away, and never reaches
/// what is shown (CVE-2025-4953).
/// </summary>
internal sealed class BindTrees(StepContext context, CancellationToken ct)
{
    /// <summary>Files of a context, as COPY would take them: without what the ignore file leaves out, root's, their times clamped.</summary>
    /// <param name="tree">The context.</param>
    /// <param name="source">The files.</param>
    /// <param name="isReadOnly">Whether the step can't write to what it sees.</param>
    /// <param name="shared">Tells the files from any others, where the step may see what other steps see; null: a copy of its own.</param>
    public SafeFd OfContext(SourceTree tree, SelectedSource source, bool isReadOnly, string? shared)
    {
        if (shared is not null)
            return Show(context.Copies.Get(shared, directory => Copy(tree, source, directory)), source, isReadOnly);
        using DirFd copy = context.Directory.NewDirectory("bind");
        Copy(tree, source, copy);
        return Show(copy, source, isReadOnly);
    }

    /// <summary>A path of a step's result, resolved beneath that root (CVE-2024-1753, CVE-2024-23651).</summary>
    public SafeFd OfResult(StepResult result, string path, string name, bool isReadOnly)
    {
        using SourceTree tree = context.Open(result, name);
        using SafeFd found = tree.Resolve(path.TrimStart('/').Length == 0 ? "." : path.TrimStart('/'));
        string real = tree.RealPath(found) ?? throw new SlipwayException(ErrorKind.Internal, $"where '{Printable.Escape(path)}' of '{name}' leads can't be told");
        bool isDirectory = found.Status().IsDirectory;
        IReadOnlyList<string> layers = context.Lowers(result);
        IReadOnlyList<string> places = layers.Count == 0 ? [context.Directory.Empty] : LayerPlaces.Find(layers, real);
        if (isDirectory)
            return Overlay(places, isReadOnly);
        if (isReadOnly)
            return OfFile(places[0]);
        using DirFd copy = context.Directory.NewDirectory("bind");
        Copy(tree, new SourceScanner(tree, ct).Scan(real, SourceFilter.All), copy);
        return CloneName(copy, FileNames.Encode(real[(real.LastIndexOf('/') + 1)..]), isReadOnly: false);
    }

    /// <summary>Copies what was selected into a directory.</summary>
    public void Copy(SourceTree tree, SelectedSource source, DirFd directory)
    {
        using var copier = new TreeCopier(tree, new CopyAttributes(null, null, FileTime.From(context.Epoch)), null, ct);
        if (source.IsDirectory)
        {
            directory.Handle.SetMode(StageRoot.DirectoryMode);
            copier.CopyContents(source, new CopyTarget(directory.Reopen(), null, null, ""));
            directory.Handle.SetTime(FileTime.From(context.Epoch));
        }
        else
        {
            copier.CopyLeaf(source, directory, source.Name);
        }
    }

    /// <summary>An unattached mount of an open directory or file.</summary>
    public static SafeFd Clone(SafeFd place, bool isReadOnly)
    {
        SafeFd tree = MountTree.Clone(place);
        if (isReadOnly)
            MountTree.SetAttributes(tree, MountAttributes.ReadOnly);
        return tree;
    }

    private static SafeFd Show(DirFd copy, SelectedSource source, bool isReadOnly) =>
        source.IsDirectory ? Clone(copy.Handle, isReadOnly) : CloneName(copy, FileNames.Encode(source.Name), isReadOnly);

    private static SafeFd CloneName(DirFd directory, byte[] name, bool isReadOnly)
    {
        using SafeFd place = directory.OpenName(name, OpenFlags.Path);
        return Clone(place, isReadOnly);
    }

    private static SafeFd OfFile(string path)
    {
        using DirFd directory = DirFd.Open(Path.GetDirectoryName(path)!);
        return CloneName(directory, FileNames.Encode(Path.GetFileName(path)), isReadOnly: true);
    }

    private SafeFd Overlay(IReadOnlyList<string> places, bool isReadOnly)
    {
        if (isReadOnly)
            return OverlayMount.OpenDetached(places, null, null);
        using StepWorkspace scratch = context.Directory.NewWorkspace(places);
        // The workspace's directories are removed with the build's: the mount holds them.
        scratch.Keep();
        return OverlayMount.OpenDetached(places, scratch.Upper, scratch.Work);
    }
}
