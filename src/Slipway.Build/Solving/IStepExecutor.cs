using Slipway.Build.Graph;

namespace Slipway.Build.Solving;

/// <summary>Prepares and does one kind of step. Made for one step, then disposed.</summary>
internal interface IStepExecutor : IDisposable
{
    /// <summary>What the step's result depends on. Two lists where a coarse one can be told without reading files; the last one is always exact.</summary>
    IEnumerable<Ingredients> Keys();

    /// <summary>Does it, in the upper directory of the workspace; false where there was nothing to do and no layer shall come of it.</summary>
    Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct);
}
