using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Linux.Files;

namespace Slipway.Build.Solving;

/// <summary>What the bind mounts of one RUN show, looked at once: the key says what it is, and the mount shows the same.</summary>
/// <param name="operation">The RUN.</param>
/// <param name="inputs">The results of the step's inputs, each with what people call it; the first is what it stands on.</param>
/// <param name="context">The build's.</param>
internal sealed class RunSources(RunOperation operation, IReadOnlyList<(StepResult Result, string Name)> inputs, MountContext context)
{
    private readonly Dictionary<MountOperation, SelectedSource> _scanned = [];

    /// <summary>Whether any mount's files are known by name alone: those of other steps.</summary>
    public bool AllFromSteps => Binds.All(mount => mount.Context is null);

    /// <summary>Mounts whose files the step's result depends on.</summary>
    public IEnumerable<MountOperation> Binds => operation.Mounts.Where(mount => mount.Mount.Kind == MountKind.Bind);

    public StepResult ResultOf(MountOperation mount) => inputs[mount.Input].Result;

    public string NameOf(MountOperation mount) => inputs[mount.Input].Name;

    /// <summary>The files of a mount.</summary>
    public SelectedSource Scan(MountOperation mount, CancellationToken ct = default)
    {
        if (_scanned.TryGetValue(mount, out SelectedSource? known))
            return known;
        if (mount.Context is not null)
            return _scanned[mount] = new SourceScanner(context.Contexts.Get(mount.Context), ct).Scan(PathOf(mount.Mount), SourceFilter.All);
        using SourceTree tree = context.Open(ResultOf(mount), NameOf(mount));
        return _scanned[mount] = new SourceScanner(tree, ct).Scan(PathOf(mount.Mount), SourceFilter.All);
    }

    /// <summary>The digest of a mount's files.</summary>
    public string Identify(MountOperation mount, CancellationToken ct) => SourceDigest.Of(Scan(mount, ct), hasOwners: mount.Context is null, mount.Context is null ? FileTime.From(context.Epoch) : null).ToString();

    /// <summary>A mount's path from the root of what it shows; <c>.</c> for all of it.</summary>
    public static string PathOf(RunMount mount) => string.Join('/', GoPath.PartsBeneathRoot(mount.Source)) is { Length: > 0 } path ? path : ".";
}
