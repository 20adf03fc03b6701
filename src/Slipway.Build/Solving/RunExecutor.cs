using System.Runtime.CompilerServices;
using Slipway.Build.Graph;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>RUN: a process on the stage's file system, by the runner.</summary>
internal sealed class RunExecutor(RunOperation operation, IReadOnlyList<(StepResult Result, string Name)> inputs, StepContext context) : IStepExecutor
{
    private readonly RunSources _sources = new(operation, inputs, context);

    public async IAsyncEnumerable<Ingredients> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (_sources.AllFromSteps)
            yield return Key().AddAll("from", inputs.Skip(1).Select(input => input.Result.Chain?.ToString() ?? ""));
        await Task.CompletedTask.ConfigureAwait(false);
        if (_sources.Binds.Any())
            yield return Key().AddAll("content", _sources.Binds.Select(mount => _sources.Identify(mount, ct)));
    }

    // (1) What is mounted is made ready, and the places for it; (2) the process runs; (3) the places go again.
    public async Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        using MountedStep mounted = MountedStep.Open(operation, _sources, context, workspace, ct);
        try
        {
            int exitCode = await context.Runner.RunAsync(mounted.Step, output, ct).ConfigureAwait(false);
            return exitCode == 0 ? true : throw RunFailedException.Of(operation, exitCode, mounted.Mounts);
        }
        // Where a program is missing somebody may want to look for it; where it is the shell, nobody can.
        catch (SlipwayException e) when (e.Kind is ErrorKind.CommandNotFound or ErrorKind.CommandNotExecutable && operation.Args[0] != StepShell.Program)
        {
            throw new RunFailedException(operation, e.Kind, e.Message, mounted.Mounts);
        }
    }

    public void Dispose()
    {
    }

    private Ingredients Key()
    {
        Ingredients key = context.KeyOn(inputs[0].Result);
        operation.Describe(key);
        return key;
    }
}
