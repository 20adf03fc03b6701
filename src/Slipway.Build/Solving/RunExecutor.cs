using System.Runtime.CompilerServices;
using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Linux.Files;

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

    // (1) What is mounted is made ready; (2) its places are made; (3) the process runs; (4) the places go again, however it ended: a step that
    // failed may be looked at.
    public async Task<bool> ExecuteAsync(StepWorkspace workspace, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        using StepMounts mounts = StepMounts.Open(operation, _sources, context, ct);
        MountPoints points;
        using (StageRoot stage = workspace.Open())
            points = MountPoints.Make(stage, mounts.All);
        int exitCode;
        try
        {
            exitCode = await context.Runner.RunAsync(StepOf(workspace, mounts), output, ct).ConfigureAwait(false);
        }
        finally
        {
            using DirFd upper = DirFd.Open(workspace.Upper);
            points.Remove(upper);
        }
        return exitCode == 0
            ? true
            : throw new RunFailedException(operation, exitCode);
    }

    public void Dispose()
    {
    }

    private RunStep StepOf(StepWorkspace workspace, StepMounts mounts) => new()
    {
        Args = operation.Args,
        Env = [.. operation.Env, .. operation.UnkeyedEnv, .. mounts.Variables],
        WorkingDirectory = operation.WorkingDirectory,
        User = operation.User,
        LowersTopFirst = workspace.LowersTopFirst,
        Upper = workspace.Upper,
        Work = workspace.Work,
        Network = operation.Network,
        Mounts = mounts.All,
        IsInsecure = operation.IsInsecure,
        Limits = context.IsTrial ? operation.Limits with { Hostname = TrialConditions.Hostname } : operation.Limits,
        IsOnOneProcessor = context.IsTrial,
        Platform = operation.Platform,
    };

    private Ingredients Key()
    {
        Ingredients key = context.KeyOn(inputs[0].Result);
        operation.Describe(key);
        return key;
    }
}
