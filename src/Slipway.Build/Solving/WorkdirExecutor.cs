using System.Runtime.CompilerServices;
using Slipway.Build.Graph;

namespace Slipway.Build.Solving;

/// <summary>WORKDIR: makes the directory when it isn't there; otherwise no layer comes of it.</summary>
internal sealed class WorkdirExecutor(WorkdirOperation operation, StepResult below, StepContext context) : IStepExecutor
{
    public async IAsyncEnumerable<Ingredients> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        Ingredients key = context.KeyOn(below);
        operation.Describe(key);
        await Task.CompletedTask.ConfigureAwait(false);
        yield return key;
    }

    public Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        using StageRoot stage = workspace.Open();
        if (stage.IsDirectory(operation.Path))
            return Task.FromResult(false);
        Owner owner = operation.User.Length == 0 ? Owner.Superuser : OwnerLookup.Find(stage.Root, operation.User, output);
        stage.MakeDirectories(operation.Path, owner).Dispose();
        return Task.FromResult(true);
    }

    public void Dispose()
    {
    }
}
