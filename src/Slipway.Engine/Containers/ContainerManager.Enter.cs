using Slipway.Build.Solving;
using Slipway.Engine.Builds;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Where <c>--tools</c> are, in the container.</summary>
    private const string ToolsPlace = "/.slip-tools";

    /// <summary>
    /// Runs a command in a container that doesn't run: on its files, with its mounts, variables, user and rights, instead of its own program. What the
    /// command writes stays, as if the container had written it; its configuration and how it ended stay as they are. Meanwhile it can't be started or removed.
    /// </summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="command">The command; with this process's streams, and its terminal where that is one.</param>
    /// <param name="tools">An image whose programs the command finds below <c>/.slip-tools</c>, for containers without a shell; null: none.</param>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="SlipwayException">NotFound; Conflict: it runs, or somebody is in it; CommandNotFound, CommandNotExecutable.</exception>
    public int Enter(string nameOrId, IReadOnlyList<string> command, string? tools)
    {
        ContainerRecord record = Get(nameOrId);
        if (UserMode.IsMapped(record.Request.Security))
        {
            throw new SlipwayException(ErrorKind.NotSupported, $"enter {record.Name}: it has ids of its own (--userns), which enter doesn't give")
            {
                Hint = $"'slip start {record.Name}' and 'slip exec', or 'slip cp' to reach its files",
            };
        }
        using FileLock inside = FileLock.TryAcquire(_context.Paths.Entered(record.Id)) ?? throw IsEntered(record);
        using (ContainerLock held = ContainerLock.Take(_context.Paths, record.Id))
        {
            // Whoever starts it from here on sees that somebody is in it.
            record = Get(record.Id);
            if (record.IsActive)
                throw new SlipwayException(ErrorKind.Conflict, $"enter {record.Name}: it runs") { Hint = $"'slip exec {record.Name}' runs a command in it" };
            WaitForCopies(record.Id);
        }
        ImageRecord image = _context.Store.Images.Get(record.ImageId.ToString());
        EnsureLayer(record.Id, image);
        ClearWork(record.Id);
        try
        {
            return Enter(record, image, command, tools);
        }
        finally
        {
            RemoveToolsPlace(record.Id);
            File.Delete(_context.Paths.Entered(record.Id));
        }
    }

    // (1) A network like a build's step has, where it has one at all; (2) its configuration with another command; (3) a monitor that ends with us.
    private int Enter(ContainerRecord record, ImageRecord image, IReadOnlyList<string> command, string? tools)
    {
        bool isTerminal = OwnedMonitor.HasTerminal();
        using StepNetwork? network = NetworkManager.IsConnected(record.Request) ? StepNetwork.Make(_context) : null;
        using LockedDirectory bundle = StepBundle.Create(_context.Paths);
        using var names = new StepNameFiles(StepOfEntered(command, network is not null ? "default" : "none"), network, bundle.Path);
        using var given = new GivenDescriptors(network?.Descriptors.Count ?? 0);
        RuntimeSpec spec = new ContainerSpec(_context, record with { Request = RequestOfEntered(record.Request, command, tools, isTerminal) }, image) { Given = given }.Build();
        if (network is not null)
            spec = spec with { Mounts = [.. spec.Mounts ?? [], .. names.Step.Mounts.Select(StepSpec.Mount)] };
        var overlay = new OverlayRoot([.. _context.LowersOf(image), _context.Paths.NamePlaces], _context.Paths.Upper(record.Id), _context.Paths.Work(record.Id), Volatile: false);
        using MonitorSession session = OwnedMonitor.Start(_context, bundle, record.Id, spec, overlay, hasInput: true, network, given.All);
        return OwnedMonitor.Converse(session, isTerminal);
    }

    private static ContainerRequest RequestOfEntered(ContainerRequest request, IReadOnlyList<string> command, string? tools, bool isTerminal) => request with
    {
        Entrypoint = [],
        Command = command,
        Terminal = isTerminal,
        Interactive = true,
        Environment = tools is null ? request.Environment : [.. request.Environment, $"PATH={ToolsPlace}/bin:{ToolsPlace}/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        Mounts = tools is null ? request.Mounts : [.. request.Mounts, new(MountKind.Image, tools, ToolsPlace, ReadOnly: true)],
    };

    private static RunStep StepOfEntered(IReadOnlyList<string> command, string network) => new()
    {
        Args = command, Env = [], WorkingDirectory = "/", User = "", Network = network, LowersTopFirst = [], Upper = "", Work = "", Mounts = network == "default" ? [.. NameFileMount.Beside([])] : [],
    };

    // The place that the tools were mounted on is no change of the container's.
    private void RemoveToolsPlace(string id)
    {
        using DirFd layer = DirFd.Open(_context.Paths.Upper(id));
        try
        {
            layer.TryRemoveDirectory(System.Text.Encoding.ASCII.GetBytes(ToolsPlace[1..]));
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOTEMPTY or Errno.ENOTDIR)
        {
            // the container's own, then
        }
    }

    private void RequireNobodyInside(ContainerRecord record)
    {
        if (!File.Exists(_context.Paths.Entered(record.Id)))
            return;
        using FileLock? free = FileLock.TryAcquire(_context.Paths.Entered(record.Id));
        if (free is null)
            throw IsEntered(record);
    }

    private static SlipwayException IsEntered(ContainerRecord record) =>
        new(ErrorKind.Conflict, $"container {record.Name} can't be used just now: somebody is in it by 'slip enter'") { Hint = "try again when that has ended" };
}
