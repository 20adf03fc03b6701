using System.Runtime.CompilerServices;
using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>COPY and ADD: looks at the sources, which gives the key, and writes them into the stage.</summary>
internal sealed class CopyExecutor : IStepExecutor
{
    private readonly CopyOperation _operation;
    private readonly StepResult _below;
    private readonly StepResult? _from;
    private readonly StepContext _context;
    private readonly Lazy<SourceTree> _files;
    private readonly CopySources _sources;

    /// <param name="operation">What to copy, where to.</param>
    /// <param name="below">What the step stands on.</param>
    /// <param name="from">Where it copies from; null for a context.</param>
    /// <param name="fromName">How the Dockerfile calls that.</param>
    /// <param name="context">The build's.</param>
    public CopyExecutor(CopyOperation operation, StepResult below, StepResult? from, string fromName, StepContext context)
    {
        (_operation, _below, _from, _context) = (operation, below, from, context);
        _files = new(() => from is null ? context.Contexts.Get(operation.Context!) : context.Open(from, fromName));
        _sources = new(operation, _files, context);
    }

    public bool NeedsBase => !_operation.IsLink;

    public async IAsyncEnumerable<Ingredients> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // What a whole chain of layers holds is known by its name, before any file is read.
        if (_from is not null && _operation.Sources.All(source => source is PathSource or DocumentSource))
            yield return Key().Add("from", _from.Chain?.ToString() ?? "");
        Ingredients exact = Key();
        foreach (CopySource source in _operation.Sources)
            exact.AddAll("content", await _sources.IdentifyAsync(source, ct).ConfigureAwait(false));
        yield return exact;
    }

    public async Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        using StageRoot stage = workspace.Open();
        Owner? owner = _operation.Chown is null ? null : OwnerLookup.Find(stage.Root, _operation.Chown);
        var attributes = new CopyAttributes(owner, _operation.Mode, FileTime.From(_context.Epoch));
        int renamed = 0;
        foreach (CopySource source in _operation.Sources)
        {
            foreach (CopyItem item in await _sources.FindAsync(source, ct).ConfigureAwait(false))
                renamed += Place(item, stage, attributes, ct) ? 0 : 1;
        }
        // Each would take the place of the one before.
        return renamed <= 1
            ? true
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"{renamed} files can't all become '{_operation.Destination}': when it shall be a directory, end it with a /");
    }

    public void Dispose()
    {
        _sources.Dispose();
        if (_from is not null && _files.IsValueCreated)
            _files.Value.Dispose();
    }

    // A directory's content goes into the destination. A file goes into it where it is a directory or is written as one, else it becomes it:
    // also where a link leads. False where it became it.
    private bool Place(CopyItem item, StageRoot stage, CopyAttributes attributes, CancellationToken ct)
    {
        string destination = _operation.Destination;
        bool isArchive = item.Unpack && !item.Source.IsDirectory && ArchiveUnpacker.IsArchive(item.Tree, item.Source);
        bool isInto = item.Source.IsDirectory || isArchive || destination.EndsWith('/') || stage.IsDirectory(destination);
        destination = isInto ? destination : stage.FollowLast(destination);
        string parent = isInto ? destination : destination[..(destination.LastIndexOf('/') + 1)];
        using DirFd target = stage.MakeDirectories(parent, attributes.Owner ?? Owner.Superuser, attributes.Mode?.Fixed ?? StageRoot.DirectoryMode);
        using var copier = new TreeCopier(item.Tree, attributes, ct);
        if (isArchive)
            ArchiveUnpacker.Unpack(item.Tree, item.Source, target, attributes.Owner, ct);
        else if (item.Source.IsDirectory)
            copier.CopyContents(item.Source, target);
        else
            copier.CopyLeaf(item.Source, target, isInto ? item.Source.Name : destination[(destination.LastIndexOf('/') + 1)..]);
        return isInto;
    }

    private Ingredients Key()
    {
        Ingredients key = _context.KeyOn(_operation.IsLink ? null : _below);
        _operation.Describe(key);
        return key;
    }
}
