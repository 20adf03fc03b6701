using Slipway.Build.Cache;
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
internal sealed class BindTrees(MountContext context, CancellationToken ct)
{
    /// <summary>Files of a context, as COPY would take them: without what the ignore file leaves out, root's, their times clamped.</summary>
    /// <param name="tree">The context.</param>
    /// <param name="source">The files.</param>
    /// <param name="isReadOnly">Whether the step can't write to what it sees.</param>
    /// <param name="name">Tells the files from any others: steps that name the same see one copy. Null for one that nobody else sees.</param>
    public BindTree OfContext(SourceTree tree, SelectedSource source, bool isReadOnly, string? name)
    {
        ContextCopy copy = context.Copies.Get(name, directory => Copy(tree, source, directory));
        MountSource Keep(string path) => new(copy.Keep(context.Store.Layers, context.Epoch, ct), path, IsOwn: true);
        if (source.IsDirectory)
            return isReadOnly ? new(Clone(copy.Directory.Handle, isReadOnly: true), () => Keep(""), null) : Writable([copy.Directory.Handle.ProcPath], () => Keep(""));
        MountSource KeepFile() => Keep("/" + source.Name);
        return isReadOnly ? new(CloneName(copy.Directory, source.Name, isReadOnly: true), KeepFile, null) : WritableFile(source.Name, own => Copy(tree, source, own), KeepFile);
    }

    /// <summary>A path of a step's result, resolved beneath that root (CVE-2024-1753, CVE-2024-23651).</summary>
    public BindTree OfResult(StepResult result, string path, string name, bool isReadOnly)
    {
        using SourceTree tree = context.Open(result, name);
        using SafeFd found = tree.Resolve(path.TrimStart('/').Length == 0 ? "." : path.TrimStart('/'));
        string real = tree.RealPath(found) ?? throw new SlipwayException(ErrorKind.Internal, $"where '{Printable.Escape(path)}' of '{name}' leads can't be told");
        IReadOnlyList<string> layers = context.Lowers(result);
        IReadOnlyList<string> places = layers.Count == 0 ? [context.Directory.Empty] : LayerPlaces.Find(layers, real);
        var from = new MountSource(result.Chain, real, IsOwn: false);
        if (found.Status().IsDirectory)
            return isReadOnly ? new(OverlayMount.OpenDetached(places, null, null), () => from, null) : Writable(places, () => from);
        string leaf = real[(real.LastIndexOf('/') + 1)..];
        if (!isReadOnly)
            return WritableFile(leaf, own => Copy(tree, new SourceScanner(tree, ct).Scan(real, SourceFilter.All), own), () => from);
        using DirFd directory = DirFd.Open(Path.GetDirectoryName(places[0])!);
        return new(CloneName(directory, leaf, isReadOnly: true), () => from, null);
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

    // No overlay gives a single file to be mounted on kernels before 6.15: one that is written to is a copy of its own.
    private BindTree WritableFile(string name, Action<DirFd> copy, Func<MountSource> from)
    {
        (DirFd directory, string path) = context.Directory.NewDirectoryAt("bind");
        using (directory)
        {
            copy(directory);
            return new(CloneName(directory, name, isReadOnly: false), from, () => new(context.Store.Layers.Settle(null, path, context.Epoch, ct).ChainId, "/" + name, IsOwn: true));
        }
    }

    private static SafeFd CloneName(DirFd directory, string name, bool isReadOnly)
    {
        using SafeFd place = directory.OpenName(FileNames.Encode(name), OpenFlags.Path);
        return Clone(place, isReadOnly);
    }

    private BindTree Writable(IReadOnlyList<string> places, Func<MountSource> from)
    {
        using StepWorkspace scratch = context.Directory.NewWorkspace(places);
        // The workspace's directories are removed with the build's: the mount holds them.
        scratch.Keep();
        string upper = scratch.Upper;
        return new(OverlayMount.OpenDetached(places, upper, scratch.Work), from, () => Settle(from(), upper));
    }

    // What was written in a directory of layers, as a layer on those: the way to the directory is made around it.
    private MountSource Settle(MountSource shown, string upper)
    {
        string[] parts = shown.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 0)
        {
            (DirFd way, string path) = context.Directory.NewDirectoryAt("left");
            foreach (string part in parts[..^1])
            {
                way.MakeDirectory(FileNames.Encode(part));
                DirFd next = way.OpenDirectory(FileNames.Encode(part));
                way.Dispose();
                way = next;
            }
            using (way)
            using (DirFd parent = DirFd.Open(Path.GetDirectoryName(upper)!))
                parent.Rename(FileNames.Encode(Path.GetFileName(upper)), way, FileNames.Encode(parts[^1]));
            upper = path;
        }
        return shown with { Chain = context.Store.Layers.Settle(shown.Chain, upper, context.Epoch, ct).ChainId, IsOwn = true };
    }
}

/// <summary>A bind mount, and how to keep what it shows beyond the build.</summary>
/// <param name="Tree">To be mounted.</param>
/// <param name="From">What it showed in the beginning, as layers.</param>
/// <param name="Left">What the step has made of it, as layers, once nothing is mounted any more; null where it can't write.</param>
internal sealed record BindTree(SafeFd Tree, Func<MountSource> From, Func<MountSource>? Left);
