using System.Runtime.CompilerServices;
using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Linux.Files;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Solving;

/// <summary>COPY and ADD: scans the sources, which gives the key, and writes them into the stage.</summary>
internal sealed class CopyExecutor : IStepExecutor
{
    private readonly CopyOperation _operation;
    private readonly StepResult _below;
    private readonly StepResult? _from;
    private readonly StepContext _context;
    private readonly CancellationToken _ct;
    private readonly Lazy<SourceTree> _tree;
    private readonly Lazy<List<SelectedSource>> _selected;

    /// <param name="operation">What to copy, where to.</param>
    /// <param name="below">What the step stands on.</param>
    /// <param name="from">Where it copies from; null for the context.</param>
    /// <param name="fromName">How the Dockerfile calls that.</param>
    /// <param name="context">The build's.</param>
    /// <param name="ct">Stops the scan.</param>
    public CopyExecutor(CopyOperation operation, StepResult below, StepResult? from, string fromName, StepContext context, CancellationToken ct)
    {
        (_operation, _below, _from, _context, _ct) = (operation, below, from, context, ct);
        _tree = new(() => from is null ? context.Context : OpenResult(from, fromName));
        _selected = new(() => [.. operation.Sources.SelectMany(Select)]);
    }

    public async IAsyncEnumerable<Ingredients> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        // What a whole chain of layers holds is known by its name, before any file is read.
        if (_from is not null)
            yield return Key().Add("from", _from.Chain?.ToString() ?? "");
        yield return Key().AddAll("content", _selected.Value.Select(source =>
            $"{(source.IsDirectory ? "" : Convert.ToHexString(FileNames.Encode(source.Name)))} {SourceDigest.Of(source, withOwners: !_tree.Value.IsContext)}"));
    }

    public Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        using StageRoot stage = workspace.Open();
        Owner? owner = _operation.Chown is null ? null : OwnerLookup.Find(stage.Root, _operation.Chown);
        var attributes = new CopyAttributes(owner, (uint?)_operation.Mode, FileTime.From(_context.Epoch));
        using var copier = new TreeCopier(_tree.Value, attributes, ct);
        bool isDirectory = _operation.Destination.EndsWith('/') || _selected.Value.Count > 1 || stage.IsDirectory(_operation.Destination);
        foreach (SelectedSource source in _selected.Value)
            Place(source, stage, copier, owner, isDirectory, ct);
        return Task.FromResult(true);
    }

    public void Dispose()
    {
        if (_from is not null && _tree.IsValueCreated)
            _tree.Value.Dispose();
    }

    private void Place(SelectedSource source, StageRoot stage, TreeCopier copier, Owner? owner, bool isDirectory, CancellationToken ct)
    {
        string destination = _operation.Destination;
        bool isArchive = _operation.Unpack && !source.IsDirectory && ArchiveUnpacker.IsArchive(_tree.Value, source);
        bool asDirectory = isDirectory || source.IsDirectory || isArchive;
        string parent = asDirectory ? destination : destination[..(destination.LastIndexOf('/') + 1)];
        using DirFd target = stage.MakeDirectories(parent, owner ?? Owner.Superuser);
        if (isArchive)
            ArchiveUnpacker.Unpack(_tree.Value, source, target, owner, (uint?)_operation.Mode, ct);
        else if (source.IsDirectory)
            copier.CopyContents(source, target);
        else
            copier.CopyLeaf(source, target, asDirectory ? source.Name : destination[(destination.LastIndexOf('/') + 1)..]);
    }

    private Ingredients Key()
    {
        Ingredients key = _context.KeyOn(_below);
        _operation.Describe(key);
        return key;
    }

    private IEnumerable<SelectedSource> Select(string word)
    {
        var scanner = new SourceScanner(_tree.Value, _ct);
        IReadOnlyList<string> paths = SourceSelector.Select(_tree.Value, word);
        return paths.Count == 1 ? [scanner.Scan(paths[0])] : paths.Select(scanner.TryScan).OfType<SelectedSource>();
    }

    private SourceTree OpenResult(StepResult from, string name)
    {
        // The empty directory makes two of one layer, and nothing of none.
        IReadOnlyList<string> lowers = [.. _context.Lowers(from), _context.Directory.Empty];
        if (lowers.Count == 1)
            return SourceTree.OfStep(DirFd.Open(lowers[0]), name);
        using var mount = new DirFd(OverlayMount.OpenDetached(lowers, null, null));
        return SourceTree.OfStep(mount.Reopen(), name);
    }
}
