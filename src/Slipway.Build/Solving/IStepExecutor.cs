using Slipway.Build.Graph;
using Slipway.Store.Archives;

namespace Slipway.Build.Solving;

/// <summary>Prepares and does one kind of step. Made for one step, then disposed. It has its inputs' results and knows no other step.</summary>
internal interface IStepExecutor : IDisposable
{
    /// <summary>Whether the step looks at what it stands on. One that doesn't has an empty workspace, and its layer fits on anything.</summary>
    bool NeedsBase => true;

    /// <summary>What the step's result depends on. Two lists where a coarse one can be told without reading files; the last one is always exact.</summary>
    IAsyncEnumerable<Ingredients> KeysAsync(CancellationToken ct);

    /// <summary>The files that it brings, by their paths in its layer, with their digests. Known once the keys are.</summary>
    IReadOnlyDictionary<string, Context.FileHash> Files => System.Collections.Immutable.ImmutableDictionary<string, Context.FileHash>.Empty;

    /// <summary>A blob that what it made is likely to be the same in parts; known once it is done.</summary>
    PackedBlob? Earlier => null;

    /// <summary>Does it, in the upper directory of the workspace; false where there was nothing to do and no layer shall come of it.</summary>
    Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct);
}
