using System.Runtime.CompilerServices;
using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Build.Solving;

/// <summary>COPY and ADD: looks at the sources, which gives the key, and writes them into the stage.</summary>
internal sealed class CopyExecutor : IStepExecutor
{
    private readonly Vertex _step;
    private readonly CopyOperation _operation;
    private Ingredients? _exact;
    private readonly StepResult _below;
    private readonly StepResult? _from;
    private readonly StepContext _context;
    private readonly Lazy<SourceTree> _files;
    private readonly CopySources _sources;

    /// <param name="step">The step.</param>
    /// <param name="operation">What to copy, where to.</param>
    /// <param name="below">What the step stands on.</param>
    /// <param name="from">Where it copies from; null for a context.</param>
    /// <param name="fromName">How the Dockerfile calls that.</param>
    /// <param name="context">The build's.</param>
    public CopyExecutor(Vertex step, CopyOperation operation, StepResult below, StepResult? from, string fromName, StepContext context)
    {
        _step = step;
        (_operation, _below, _from, _context) = (operation, below, from, context);
        _files = new(() => from is null ? context.Contexts.Get(operation.Context!) : context.Open(from, fromName));
        _sources = new(operation, _files, context);
    }

    public PackedBlob? Earlier { get; private set; }

    public bool NeedsBase => !_operation.IsLink;

    public async IAsyncEnumerable<Ingredients> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // What a whole chain of layers holds is known by its name, before any file is read.
        if (_from is not null && _operation.Sources.All(source => source is PathSource or DocumentSource))
            yield return Key().Add("from", _from.Chain?.ToString() ?? "");
        Ingredients exact = Key();
        foreach (CopySource source in _operation.Sources)
            exact.AddAll("content", await _sources.IdentifyAsync(source, ct).ConfigureAwait(false));
        _exact = exact;
        yield return exact;
    }

    public IReadOnlyDictionary<string, FileHash> Files
    {
        get
        {
            var files = new Dictionary<string, FileHash>(StringComparer.Ordinal);
            if (_sources.Found.Sum(item => (long)item.Source.Entries.Count) > StepFiles.MaxFiles)
                return files;
            foreach (CopyItem item in _sources.Found.Where(item => !item.Tree.HasOwners))
            {
                string place = _operation.Destination.Trim('/');
                if (!item.Source.IsDirectory && _operation.Destination.EndsWith('/'))
                    place = SourceSelector.Join(place, item.Source.Name);
                foreach (SourceEntry entry in item.Source.Entries)
                {
                    if (entry.Content is { } content)
                        files[SourceSelector.Join(place, entry.Path).TrimEnd('/')] = content;
                }
            }
            return files;
        }
    }

    public async Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        var items = new List<CopyItem>();
        foreach (CopySource source in _operation.Sources)
            items.AddRange(await _sources.FindAsync(source, ct).ConfigureAwait(false));
        CopyAttributes? attributes = null;
        EarlierFiles? earlier = items.Exists(item => item.Source.IsDirectory && !item.Tree.HasOwners) ? EarlierFiles.Find(_context, _step, _exact!) : null;
        Earlier = earlier?.Blob;
        StageRoot? stage = null;
        try
        {
            foreach (CopyItem item in items)
            {
                stage ??= workspace.Open();
                attributes ??= new(_operation.Chown is null ? null : OwnerLookup.Find(stage.Root, _operation.Chown, output), _operation.Mode, FileTime.From(_context.Epoch));
                Place(item, stage, workspace, attributes, earlier, ct);
                if (!item.Source.IsDirectory)
                    continue;
                // What was written below the overlay is not what it remembers.
                stage.Dispose();
                stage = null;
            }
        }
        finally
        {
            stage?.Dispose();
        }
        return true;
    }

    public void Dispose()
    {
        _sources.Dispose();
        if (_from is not null && _files.IsValueCreated)
            _files.Value.Dispose();
    }

    // A directory's content goes into the destination. A file goes into it where it is a directory or is written as one, else it becomes it:
    // also where a link leads.
    private void Place(CopyItem item, StageRoot stage, StepWorkspace workspace, CopyAttributes attributes, EarlierFiles? earlier, CancellationToken ct)
    {
        string destination = _operation.Destination;
        bool isArchive = item.Unpack && !item.Source.IsDirectory && ArchiveUnpacker.IsArchive(item.Tree, item.Source);
        bool isInto = item.Source.IsDirectory || isArchive || destination.EndsWith('/') || stage.IsDirectory(destination);
        destination = isInto ? destination : stage.FollowLast(destination);
        string parent = isInto ? destination : destination[..(destination.LastIndexOf('/') + 1)];
        using DirFd target = stage.MakeDirectories(parent, attributes.Owner ?? Owner.Superuser, (isArchive ? null : attributes.Mode?.Fixed) ?? StageRoot.DirectoryMode);
        using var copier = new TreeCopier(item.Tree, attributes, earlier, ct);
        if (isArchive)
            ArchiveUnpacker.Unpack(item.Tree, item.Source, target, attributes.Owner, ct);
        else if (item.Source.IsDirectory)
            copier.CopyContents(item.Source, workspace.OpenTarget(target, earlier?.Root));
        else
            copier.CopyLeaf(item.Source, target, isInto ? item.Source.Name : destination[(destination.LastIndexOf('/') + 1)..]);
    }

    private Ingredients Key()
    {
        Ingredients key = _context.KeyOn(_operation.IsLink ? null : _below);
        _operation.Describe(key);
        return key;
    }
}
