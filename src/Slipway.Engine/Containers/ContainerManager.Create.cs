using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    private const int MaxNameAttempts = 6;

    /// <summary>
    /// Makes a container: a row, an empty writable layer, its volumes. Its image can't be removed from then on.
    /// </summary>
    /// <exception cref="SlipwayException">NotFound: no such image. Conflict: the name is taken. InvalidArgument: a limit or name is out of range.</exception>
    public ContainerRecord Create(ContainerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ImageRecord image = _context.Store.Images.Get(request.Image);
        request = NetworkManager.WithoutDisabled(_context, request);
        Check(request, image);
        CheckOthers(request);
        _keeper.MakeRoom();
        string id = RandomBytes.Hex256();
        var volumes = new ContainerVolumes(_context);
        // One transaction: whatever kills us, there is a row with its pins and volumes, or none of them. The image is looked up in it,
        // so that no removal of it comes in between.
        ContainerRecord record = _context.Store.Database.InTransaction(() =>
        {
            image = _context.Store.Images.Get(image.Id.ToString());
            _context.Store.Leases.Pin(PinOf(id), [.. image.ChainIds.Concat(volumes.LayersOf(request)).Distinct()]);
            ContainerRecord made = Insert(id, request with { Mounts = volumes.Claim(id, request, image) }, image.Id);
            if (UserMode.SizeOf(request.Security) is { } size)
                _context.IdRanges.Allocate(id, size, SubordinateIds.Read());
            _context.Events.Container(made, "create");
            return made;
        });
        try
        {
            EnsureLayer(id, image);
            volumes.Fill(record.Request, image);
            return record;
        }
        catch
        {
            RemoveStopped(id, volumes: true, purge: true);
            throw;
        }
    }

    /// <summary>Before a container's id, the user of its pins.</summary>
    internal const string PinPrefix = "container/";

    private static string PinOf(string id) => PinPrefix + id;

    // The upper directory's mode and owner are those of the container's "/": what the image has, so that they are no change.
    private void EnsureLayer(string id, ImageRecord image)
    {
        string upper = _context.Paths.Upper(id);
        if (Directory.Exists(upper) && Directory.Exists(_context.Paths.Work(id)))
            return;
        Directory.CreateDirectory(upper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_context.Paths.Work(id), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using DirFd below = DirFd.Open(_context.LowersOf(image)[0]);
        using DirFd layer = DirFd.Open(upper);
        FileStatus root = below.Status();
        layer.Handle.SetOwner(root.Uid, root.Gid);
        layer.Handle.SetMode(root.Mode);
    }

    // A volatile overlay leaves a mark that makes the next mount fail, since its files may be torn where the host crashed meanwhile. Such a
    // container is removed then and never started again: where it is, the host has not crashed. The caller holds the container's lock.
    private void ClearWork(string id)
    {
        string work = _context.Paths.Work(id);
        if (!Directory.Exists(Path.Combine(work, "work", "incompat")))
            return;
        Trees.Remove(work);
        Directory.CreateDirectory(work, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ContainerRecord Insert(string id, ContainerRequest request, Digest imageId)
    {
        for (int attempt = 0; ; attempt++)
        {
            var record = new ContainerRecord
            {
                Id = id,
                Name = request.Name?.TrimStart('/') ?? NameGenerator.Next(attempt),
                ImageId = imageId,
                Request = request,
                Created = _context.Now,
                Status = ContainerStatus.Created,
            };
            if (Table.TryInsert(record))
                return record;
            if (request.Name is not null || attempt == MaxNameAttempts)
                throw NameTaken(record.Name);
        }
    }

    private SlipwayException NameTaken(string name)
    {
        string? owner = Table.FindByName(name)?.Id;
        return new(ErrorKind.Conflict,
            $"Conflict. The container name \"/{name}\" is already in use by container \"{owner}\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    private static void Check(ContainerRequest request, ImageRecord image)
    {
        if (request.Name is { } name && !IsName(name.TrimStart('/')))
            throw Invalid($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        ResourceCheck.Check(request.Resources);
        SecurityCheck.Check(request);
        UserMode.Check(request);
        if (request.Hostname is { Length: > 64 } || request.Hostname?.AsSpan().ContainsAny('\n', '\0', '/') == true)
            throw Invalid($"invalid hostname format: {Linux.Printable.Escape(request.Hostname)}");
        if (request.WorkingDirectory is { } directory && !directory.StartsWith('/'))
            throw WorkingDirectory.NotAbsolute(directory);
        if (request.StopSignal is { } signal)
            _ = ParseSignal(signal);
        ContainerHealth.Check(request);
        request.Log.Check();
        NetworkManager.Check(request);
        if (image.Config.OS != "linux")
            throw Invalid($"the image is for {image.Config.OS}, this host runs linux");
        _ = ContainerCommand.Of(request, image);
    }

    // Whether they run is seen at the start.
    private void CheckOthers(ContainerRequest request)
    {
        ContainerLinks.Check(this, request);
        foreach (string? mode in (string?[])[request.Security.PidMode, request.Security.IpcMode])
        {
            if (SharedMode.ContainerOf(mode) is { } other && Find(other) is null)
                throw Invalid($"No such container: {other}");
        }
    }

    private static bool IsName(string name) =>
        name.Length >= 2 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
