using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Networks;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    private const int IdLength = 64;

    /// <summary>
    /// What a start of such a container would do, for people: step by step, with the setting that causes each. No container is made, no volume, nothing is
    /// started; its id stands as zeros.
    /// </summary>
    /// <exception cref="SlipwayException">As <see cref="Create"/> and <see cref="Start"/>, as far as it can be known.</exception>
    public string Explain(ContainerRequest request)
    {
        ImageRecord image = _context.Store.Images.Get(request.Image);
        Check(request, image);
        if (UserMode.IsMapped(request.Security))
            throw new SlipwayException(ErrorKind.NotSupported, "the plan of a start with --userns can't be told: its root and namespaces are made before, for the monitor to take") { Hint = "leave --userns out to see the rest" };
        (IReadOnlyList<MountRequest> mounts, IReadOnlyList<string> made) = new ContainerVolumes(_context).Foresee(request, image);
        var record = new ContainerRecord
        {
            Id = new string('0', IdLength),
            Name = request.Name ?? "plan",
            ImageId = image.Id,
            Request = request with { Mounts = mounts },
            Created = _context.Now,
            Status = ContainerStatus.Created,
        };
        // Its files of names are made at the start only; these are as good to be mounted from, for people.
        using var network = new StartedNetwork { Mounts = [.. NameFiles.Mounts(Path.Combine(_context.Paths.NamePlaces, "etc"), record.Request)] };
        using var given = new GivenDescriptors(1) { IsForPlan = true };
        var spec = new ContainerSpec(_context, record, image) { HasLayer = false, Network = network, Given = given };
        return _context.Launcher.Explain(MonitorConfigOf(record, image, _context.Paths.Run(record.Id)), spec.Build(), made);
    }
}
