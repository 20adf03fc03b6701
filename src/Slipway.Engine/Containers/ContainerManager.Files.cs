using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Runtime.State;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>What the container's writable layer holds, as additions, changes and deletions against its image.</summary>
    public IReadOnlyList<Change> Diff(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        return LayerChanges.List(_context.Paths.Upper(record.Id), _context.LowersOf(_context.Store.Images.Get(record.ImageId.ToString())));
    }

    /// <summary>
    /// Makes an image of the container's image and its writable layer; what is in volumes is not part of it. The only way from a container
    /// back to an image.
    /// </summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="name">Name for the new image; null leaves it without one.</param>
    /// <param name="message">For the image's history.</param>
    /// <param name="author">Likewise.</param>
    /// <param name="pause">Keep a running container still meanwhile, so that its files fit together.</param>
    /// <param name="cancel">Stops the packing.</param>
    public ImageRecord Commit(string nameOrId, string? name, string? message = null, string? author = null, bool pause = true, CancellationToken cancel = default)
    {
        ContainerRecord record = Get(nameOrId);
        Reference? reference = name is null ? null : Reference.Parse(name);
        ImageRecord parent = _context.Store.Images.Get(record.ImageId.ToString());
        using var lease = _context.Store.Leases.Acquire("commit");
        Digest? below = parent.ChainIds.Count > 0 ? parent.ChainIds[^1] : null;
        CommittedLayer layer;
        using (pause && record.IsRunning ? CommitPause.Begin(_context.Paths.Run(record.Id), cancel) : null)
            layer = _context.Store.Layers.Commit(below, _context.Paths.Upper(record.Id), new LayerCommitOptions(), cancel);
        string created = _context.Now.ToString("O");
        ImageConfig config = parent.Config with
        {
            Created = created,
            Author = author ?? parent.Config.Author,
            Config = ConfigOf(record.Request, parent.Config.Config ?? new()),
            Rootfs = parent.Config.Rootfs with { DiffIds = [.. parent.Config.Rootfs.DiffIds, layer.Layer.DiffId] },
            History = [.. parent.Config.History ?? [], new() { Created = created, CreatedBy = string.Join(' ', ContainerCommand.Of(record.Request, parent)), Author = author, Comment = message }],
        };
        return _context.Store.Images.Create(config, [.. parent.Manifest.Layers, layer.Blob], reference is null ? [] : [reference]);
    }

    // What the container was run with becomes the image's default, as with docker.
    private static ExecutionConfig ConfigOf(ContainerRequest request, ExecutionConfig defaults)
    {
        List<string> environment = [.. defaults.Env ?? []];
        foreach (string variable in request.Environment)
            EnvironmentList.Set(environment, variable);
        Dictionary<string, string> labels = new(defaults.Labels ?? new Dictionary<string, string>());
        foreach ((string key, string value) in request.Labels)
            labels[key] = value;
        return defaults with
        {
            Env = environment.Count > 0 ? environment : null,
            Entrypoint = request.Entrypoint ?? defaults.Entrypoint,
            Cmd = request.Command ?? (request.Entrypoint is null ? defaults.Cmd : null),
            WorkingDir = request.WorkingDirectory ?? defaults.WorkingDir,
            User = request.User ?? defaults.User,
            StopSignal = request.StopSignal ?? defaults.StopSignal,
            Labels = labels.Count > 0 ? labels : null,
        };
    }

    /// <summary>
    /// The container's files as it sees them: of a running one through its process, with its volumes; of another one a mount that only
    /// the handle holds.
    /// </summary>
    internal DirFd OpenRoot(ContainerRecord record)
    {
        string runDir = _context.Paths.Run(record.Id);
        if (record.IsRunning && ContainerProbe.ReadState(runDir) is { } state)
        {
            DirFd root = DirFd.Open($"/proc/{state.Pid}/root");
            if (ContainerProbe.IsAlive(state))
                return root;
            root.Dispose();
        }
        ImageRecord image = _context.Store.Images.Get(record.ImageId.ToString());
        return new(OverlayMount.OpenDetached(_context.LowersOf(image), _context.Paths.Upper(record.Id), _context.Paths.Work(record.Id)));
    }
}
