using Slipway.Build;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Copying;
using Slipway.Engine.Networks;
using Slipway.Engine.Recording;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Runtime.State;
using Slipway.Store.Archives;
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
        MakeWorkingDirectory(record);
        return LayerChanges.List(_context.Paths.Upper(record.Id), _context.LowersOf(_context.Store.Images.Get(record.ImageId.ToString())));
    }

    /// <summary>Writes the container's files as one tar, image and writable layer merged; what is in volumes is not part of it.</summary>
    /// <param name="nameOrId">Which, running or not.</param>
    /// <param name="to">Written once, forward; stays open.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public void Export(string nameOrId, Stream to, CancellationToken cancel)
    {
        ContainerRecord record = Get(nameOrId);
        MakeWorkingDirectory(record);
        ImageRecord image = _context.Store.Images.Get(record.ImageId.ToString());
        using DirFd? running = OpenRunningLayers(record);
        // All of them as lower layers: another mount may be made meanwhile, and there may be no second one that writes.
        using DirFd mount = running ?? new(OverlayMount.OpenDetached([_context.Paths.Upper(record.Id), .. _context.LowersOf(image)], null, null));
        using DirFd root = mount.OpenDirectory("."u8);
        TreeTransfer.Write(packer => packer.PackContents(root, []), new PackOptions { Owners = running is null ? null : ContainerUsers.MapOf(_context, record) }, to, cancel);
        _context.Events.Container(record, "export");
    }

    // Before the first start it is made for whoever looks. Without volumes, whose places would show.
    private void MakeWorkingDirectory(ContainerRecord record)
    {
        if (!WorkingDirectory.IsMissing(_context, record))
            return;
        using FileLock? turn = TakeTurn(ref record, writes: true, CancellationToken.None);
        if (turn is null)
            return;
        using DirFd root = OpenRoot(record, writes: true);
        WorkingDirectory.Make(_context, record, root);
    }

    // The mount itself that a running container writes to, without what is mounted in it: the kernel warns of a second overlay on a layer that one
    // writes to, since what is seen there is undefined. Null where it doesn't run.
    private DirFd? OpenRunningLayers(ContainerRecord record)
    {
        if (!record.IsRunning || ContainerProbe.ReadState(_context.Paths.Run(record.Id)) is not { } state)
            return null;
        try
        {
            var root = new DirFd(ForeignMount.Clone(state.Pid, "/"));
            if (ContainerProbe.IsAlive(state))
                return root;
            root.Dispose();
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ESRCH or Errno.EINVAL)
        {
            // It has ended just now.
        }
        return null;
    }

    /// <summary>
    /// Makes an image of the container's image and its writable layer; what is in volumes is not part of it. The only way from a container
    /// back to an image.
    /// </summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="cancel">Stops the packing.</param>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: the name, or a change.</exception>
    public ImageRecord Commit(string nameOrId, CommitRequest request, CancellationToken cancel)
    {
        ContainerRecord record = Get(nameOrId);
        MakeWorkingDirectory(record);
        Reference? name = request.Name is null ? null : Reference.ParseTag(request.Name);
        ImageRecord parent = _context.Store.Images.Get(record.ImageId.ToString());
        ImageConfig config = ConfigChanges.Apply(parent.Config with { Config = ConfigOf(record.Request, parent) }, request.Changes);
        ImageRecord made = _context.Store.Collector.UnderLease("commit", _ =>
        {
            Digest? below = parent.ChainIds.Count > 0 ? parent.ChainIds[^1] : null;
            CommittedLayer layer;
            using (request.Pause && record.IsRunning ? CommitPause.Begin(_context.Paths.Run(record.Id), cancel) : null)
                layer = _context.Store.Layers.Commit(below, _context.Paths.Upper(record.Id), new LayerCommitOptions(), cancel);
            string created = _context.Now.ToString("O");
            var origin = CommitRecord.Of(record, request.By ?? CurrentUser(), _context.Events.Table);
            var step = new HistoryEntry
            {
                Created = created,
                CreatedBy = string.Join(' ', ContainerCommand.Of(record.Request, parent)),
                Author = request.Author,
                Comment = request.Message ?? $"committed from container {record.Name}",
            };
            ImageConfig committed = config with
            {
                Created = created,
                Author = request.Author ?? parent.Config.Author,
                Rootfs = parent.Config.Rootfs with { DiffIds = [.. parent.Config.Rootfs.DiffIds, layer.Layer.DiffId] },
                History = [.. parent.Config.History ?? [], step],
            };
            return _context.Store.Images.Create(committed, [.. parent.Manifest.Layers, layer.Blob], origin.ToAnnotations(parent), name is null ? [] : [name]).Image;
        });
        _context.Events.Container(record, "commit", null, ("comment", request.Message ?? ""), ("imageID", made.Id.ToString()), ("imageRef", name?.Familiar ?? ""));
        if (name is not null)
            _context.Events.Image(made, "tag", name.Familiar);
        return made;
    }

    // Whoever became root to do it is who did it.
    private static string CurrentUser() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    // What the container was run with becomes the image's default, as with docker.
    private static ExecutionConfig ConfigOf(ContainerRequest request, ImageRecord parent)
    {
        ExecutionConfig defaults = parent.Config.Config ?? new();
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
            Shell = request.Shell ?? defaults.Shell,
            OnBuild = request.OnBuild ?? defaults.OnBuild,
            Labels = labels.Count > 0 ? labels : null,
            ExposedPorts = Set(NetworkManager.Exposed(request, parent)),
            Volumes = Set((defaults.Volumes?.Keys ?? []).Concat(request.Mounts.Where(m => m.Anonymous && !m.IsDetailed).Select(m => m.Target)).Distinct()),
            Healthcheck = ContainerHealth.Of(request, defaults) ?? request.Health ?? defaults.Healthcheck,
        };
    }

    private static Dictionary<string, EmptyObject>? Set(IEnumerable<string> keys) =>
        keys.ToDictionary(k => k, _ => EmptyObject.Value) is { Count: > 0 } set ? set : null;

    /// <summary>
    /// The container's files as it sees them: of a running one through its process, with its volumes; of another one a mount that only
    /// the handle holds.
    /// </summary>
    /// <param name="record">Which.</param>
    /// <param name="writes">Whether something is written there. Of two mounts that write one may fail, so those that needn't don't.</param>
    internal DirFd OpenRoot(ContainerRecord record, bool writes)
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
        return new(writes
            ? OverlayMount.OpenDetached(_context.LowersOf(image), _context.Paths.Upper(record.Id), _context.Paths.Work(record.Id))
            : OverlayMount.OpenDetached([_context.Paths.Upper(record.Id), .. _context.LowersOf(image)], null, null));
    }
}
