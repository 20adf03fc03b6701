using System.Runtime.CompilerServices;
using Slipway.Build.Graph;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>RUN: a process on the stage's file system, by the runner.</summary>
internal sealed class RunExecutor(RunOperation operation, StepResult below, StepContext context) : IStepExecutor
{
    public async IAsyncEnumerable<Ingredients> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        Ingredients key = context.KeyOn(below);
        operation.Describe(key);
        await Task.CompletedTask.ConfigureAwait(false);
        yield return key;
    }

    public async Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        var step = new RunStep
        {
            Args = operation.Args,
            Env = [.. operation.Env, .. operation.UnkeyedEnv],
            WorkingDirectory = operation.WorkingDirectory,
            User = operation.User,
            LowersTopFirst = workspace.LowersTopFirst,
            Upper = workspace.Upper,
            Work = workspace.Work,
            Network = operation.Network,
        };
        int exitCode = await context.Runner.RunAsync(step, output, ct).ConfigureAwait(false);
        return exitCode == 0
            ? true
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"process \"{string.Join(' ', operation.Args)}\" did not complete successfully: exit code: {exitCode}");
    }

    public void Dispose()
    {
    }
}
