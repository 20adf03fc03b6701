using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Build.Solving;

/// <summary>Opens a shell where a step of a build failed, with what was mounted there. What is done there is gone with the shell, but for what is done in caches.</summary>
/// <param name="store">Has the layers.</param>
/// <param name="runner">Runs the shell.</param>
/// <param name="clock">Tells which steps are still kept.</param>
public sealed class StepShell(ImageStorage store, IStepRunner runner, TimeProvider clock)
{
    /// <summary>What is run where nobody says.</summary>
    public const string Program = "/bin/sh";

    /// <summary>Runs a command there, with the caller's terminal and streams; returns its exit code.</summary>
    /// <param name="request">Where, and what.</param>
    /// <param name="note">Told, before, what the step had and the command has not.</param>
    /// <exception cref="SlipwayException">NotFound: no such step, or a secret that is lent.</exception>
    public int Enter(EnterRequest request, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(note);
        using Lease lease = store.Leases.Acquire("enter");
        FailedStep step = new FailedSteps(store, clock).Get(request.Step);
        (RunOperation run, IReadOnlyList<Digest?> sources) = step.Run.With(request.IsBefore);
        Digest? chain = request.IsBefore ? step.Before : step.After ?? step.Before;
        foreach (Digest layer in ((Digest?[])[chain, .. sources]).OfType<Digest>())
            lease.AddLayer(layer);

        using var directory = new BuildDirectory(store.Paths.Tmp);
        using var copies = new ContextCopies(directory);
        var context = new MountContext
        {
            Store = store,
            Contexts = ContextTrees.None,
            Directory = directory,
            Copies = copies,
            Epoch = DateTimeOffset.UnixEpoch,
            Clock = clock,
            Secrets = new(request.Secrets, request.SshAgents),
        };
        (StepResult, string)[] inputs = [.. sources.Prepend(chain).Select(layers => (ResultOf(layers), "the step's mount"))];
        using StepWorkspace workspace = directory.NewWorkspace(store.Layers.StackOf(chain));
        using MountedStep mounted = MountedStep.Open(run, new RunSources(run, inputs, context), context, workspace, CancellationToken.None);
        foreach (string missing in Missing(run, request))
            note(missing);
        return runner.Enter(mounted.Step with { Args = request.Command });
    }

    private static IEnumerable<string> Missing(RunOperation run, EnterRequest request)
    {
        string[] lent =
        [
            .. run.Mounts.Where(m => m.Mount.Kind == MountKind.Secret && !request.Secrets.ContainsKey(m.Mount.Id)).Select(m => $"--secret id={m.Mount.Id},src=FILE"),
            .. run.Mounts.Where(m => m.Mount.Kind == MountKind.Ssh && !request.SshAgents.ContainsKey(m.Mount.Id)).Select(m => $"--ssh {m.Mount.Id}"),
        ];
        if (lent.Length > 0)
            yield return $"what the build lent to the step was not kept; to lend it again: {Printable.Escape(string.Join(' ', lent.Distinct()))}";
        string[] emptied = [.. run.Mounts.Where(m => m.Mount.Kind == MountKind.Tmpfs).Select(m => m.Mount.Target)];
        if (emptied.Length > 0 && !request.IsBefore)
            yield return $"what the step wrote in memory is gone, and empty are: {Printable.Escape(string.Join(' ', emptied))}";
    }

    private StepResult ResultOf(Digest? chain)
    {
        var layers = new List<BuiltLayer>();
        for (Digest? at = chain; at is { } id;)
        {
            LayerInfo layer = store.Layers.Get(id);
            layers.Insert(0, new(id, layer.DiffId, null));
            at = layer.Parent;
        }
        return new(layers, null);
    }
}
