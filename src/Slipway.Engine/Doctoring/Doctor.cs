using System.Net;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Doctoring;

/// <summary>
/// Looks for what loses data or lets strangers in: durable data in a writable layer, mounts that hide an image's files, anonymous volumes, logs without
/// a limit, ports open to the world, and a first process that is root without need. Each finding is a line and the command that mends it.
/// </summary>
public sealed class Doctor
{
    // Servers that let in whoever reaches them, unless somebody has set them up otherwise.
    private static readonly Dictionary<ushort, string> s_trusting = new()
    {
        [2375] = "the Docker API without TLS", [2379] = "etcd", [3306] = "MySQL", [5432] = "PostgreSQL", [5984] = "CouchDB", [6379] = "Redis", [8500] = "Consul", [9042] = "Cassandra",
        [9200] = "Elasticsearch", [11211] = "memcached", [27017] = "MongoDB", [50051] = "gRPC",
    };

    private readonly EngineContext _context;
    private readonly ContainerManager _containers;

    internal Doctor(EngineContext context, ContainerManager containers) => (_context, _containers) = (context, containers);

    /// <summary>What would be lost with a container's writable layer.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public LayerSurvey Survey(string nameOrId, CancellationToken cancel) => Survey(_containers.Get(nameOrId), cancel);

    /// <summary>Looks at one container.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public Diagnosis Examine(string nameOrId, CancellationToken cancel) => Examine(_containers.Get(nameOrId), cancel);

    /// <summary>Looks at every container; those that nothing was found of are left out.</summary>
    public IReadOnlyList<Diagnosis> ExamineAll(CancellationToken cancel) =>
        [.. _containers.List().Select(c => Examine(c, cancel)).Where(d => d.Findings.Count > 0)];

    /// <summary>What can be said of a container that was just made, before it has written anything. Costs some microseconds.</summary>
    public IReadOnlyList<DoctorFinding> Foresee(ContainerRecord container)
    {
        ImageRecord image = _context.Store.Images.Get(container.ImageId.ToString());
        return [.. Expected(container, image), .. OfRequest(container, image)];
    }

    /// <summary>Durable data that gathers in writable layers of running containers, as it is found; each is an event too, <c>layer.durable-data</c>. Takes less than a hundredth of a processor.</summary>
    /// <param name="names">The containers, until they end; none: all that run, also those that start later.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public IEnumerable<Diagnosis> Watch(IReadOnlyList<string> names, CancellationToken cancel) => new DoctorWatch(_context, _containers, this).Run(names, cancel);

    /// <summary>The directories of durable data in a writable layer, and names for volumes to salvage them to.</summary>
    public static IReadOnlyList<(string Directory, string Volume)> ToSalvage(ContainerRecord container, LayerSurvey survey) =>
        [.. survey.Durable.Select(RootOf).Distinct().Select(directory => (directory, VolumeNameFor(container, directory)))];

    private Diagnosis Examine(ContainerRecord container, CancellationToken cancel)
    {
        ImageRecord image = _context.Store.Images.Get(container.ImageId.ToString());
        return new(container.Name, [.. DurableOf(container, cancel), .. OfRequest(container, image), .. Root(container, image)]);
    }

    private IEnumerable<DoctorFinding> OfRequest(ContainerRecord container, ImageRecord image) =>
        [.. Hidden(container, image), .. Anonymous(container, image), .. Log(container), .. Ports(container)];

    private static IEnumerable<DoctorFinding> Expected(ContainerRecord container, ImageRecord image)
    {
        ContainerRequest request = container.Request;
        if (!request.AutoRemove && DurablePrograms.Find(ContainerCommand.Of(request, image), [.. image.Config.Config?.Env ?? [], .. request.Environment], request.Mounts) is (string what, string directory))
        {
            yield return new("durable-data", FindingLevel.Warning, $"{what} will write to {Printable.Escape(directory)} in its writable layer, which rm takes",
                $"slip recreate {container.Name} -v {VolumeNameFor(container, directory)}:{directory}");
        }
    }

    private LayerSurvey Survey(ContainerRecord container, CancellationToken cancel) =>
        LayerSurvey.Of(_context.Paths.Upper(container.Id), _context.LowersOf(_context.Store.Images.Get(container.ImageId.ToString())), cancel);

    // One for each directory: a database is many files.
    internal IEnumerable<DoctorFinding> DurableOf(ContainerRecord container, CancellationToken cancel)
    {
        foreach (IGrouping<(string What, string Directory), DurableFile> data in Survey(container, cancel).Durable.GroupBy(d => (d.What, RootOf(d))))
        {
            (string what, string directory) = data.Key;
            yield return new("durable-data", FindingLevel.Warning,
                $"{what} data in its writable layer, which rm takes: {Printable.Escape(data.Count() == 1 ? data.First().Path : directory)}, {Humanize(data.Sum(d => d.Bytes))}",
                $"slip salvage {container.Name}:{directory} --to {VolumeNameFor(container, directory)}");
        }
    }

    /// <summary>The directory to keep for a file: the known program's, else its own.</summary>
    internal static string RootOf(DurableFile file)
    {
        string directory = Path.GetDirectoryName(file.Path) ?? "/";
        string known = directory;
        while (Path.GetDirectoryName(known) is { Length: > 1 } parent && DurableData.OfDirectory(parent) is not null)
            known = parent;
        return DurableData.OfDirectory(directory) is null ? directory : known;
    }

    /// <summary>A name for a volume with a container's directory.</summary>
    internal static string VolumeNameFor(ContainerRecord container, string directory) =>
        $"{container.Name}-{Path.GetFileName(directory) switch { "" => "data", var name => string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) is { Length: > 0 } clean ? clean : "data" }}";

    // An empty directory over files of the image: what was meant to be there is not to be seen.
    private IEnumerable<DoctorFinding> Hidden(ContainerRecord container, ImageRecord image)
    {
        foreach (MountRequest mount in container.Request.Mounts.Where(m => m.Kind is MountKind.Bind && IsEmptyDirectory(m.Source)))
        {
            if (CountInImage(image, mount.Target) is > 0 and var count)
            {
                yield return new("hidden-files", FindingLevel.Warning, $"the empty directory {Printable.Escape(mount.Source)} of the host hides {Count(count, "entry", "entries")} that the image has in {Printable.Escape(mount.Target)}",
                    $"slip recreate {container.Name} -v {VolumeNameFor(container, mount.Target)}:{mount.Target}");
            }
        }
    }

    private static IEnumerable<DoctorFinding> Anonymous(ContainerRecord container, ImageRecord image)
    {
        if (container.Request.AutoRemove)
            yield break;
        foreach (MountRequest mount in container.Request.Mounts.Where(m => m is { Kind: MountKind.Volume, Anonymous: true }))
        {
            string why = image.Config.Config?.Volumes?.ContainsKey(mount.Target) == true ? "which its image wants to last" : "which was given no name";
            yield return new("anonymous-volume", FindingLevel.Warning, $"{Printable.Escape(mount.Target)}, {why}, is in an anonymous volume: no other container finds it again",
                $"slip salvage {container.Name}:{mount.Target} --to {VolumeNameFor(container, mount.Target)}");
        }
    }

    private static IEnumerable<DoctorFinding> Log(ContainerRecord container)
    {
        if (container.Request.Log is { Keeps: true, MaxBytes: 0 })
            yield return new("unbounded-log", FindingLevel.Warning, "its log may fill the disk: it has no limit", $"slip recreate {container.Name} --log-opt max-size=20m");
    }

    private static IEnumerable<DoctorFinding> Ports(ContainerRecord container)
    {
        foreach (PortRequest port in container.Request.Ports.Where(p => p.Protocol == "tcp" && IsWorld(p.HostAddress) && s_trusting.ContainsKey(p.ContainerPort)))
        {
            string host = port.FirstHostPort == 0 ? "" : $"{port.FirstHostPort}";
            yield return new("open-port", FindingLevel.Warning, $"whoever reaches this host reaches {s_trusting[port.ContainerPort]} at port {(host.Length == 0 ? port.Key : host)}",
                $"slip recreate {container.Name} -p 127.0.0.1:{host}:{port.ContainerPort}");
        }
    }

    // Privileged ports and capabilities that were asked for are a need; so is what an entry point does as root before it gives that up, which can't be seen. Hence no warning.
    private IEnumerable<DoctorFinding> Root(ContainerRecord container, ImageRecord image)
    {
        SecurityRequest security = container.Request.Security;
        string user = container.Request.User ?? image.Config.Config?.User ?? "";
        bool isRoot = user is "" or "0" or "root" || user.StartsWith("0:", StringComparison.Ordinal) || user.StartsWith("root:", StringComparison.Ordinal);
        if (isRoot && security.Privileged && container.IsRunning)
            yield return new("root", FindingLevel.Note, "it runs as root with every right on this host (--privileged)", $"slip recreate {container.Name} --privileged=false --cap-add NEEDED");
    }

    private static bool IsWorld(string? address) => address is null || (IPAddress.TryParse(address, out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));

    private static bool IsEmptyDirectory(string path)
    {
        try
        {
            return Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any();
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private int CountInImage(ImageRecord image, string target)
    {
        var names = new HashSet<string>();
        foreach (string lower in _context.LowersOf(image))
        {
            using DirFd root = DirFd.Open(lower);
            using DirFd? directory = root.TryOpenDirectory(System.Text.Encoding.UTF8.GetBytes(target.TrimStart('/') is { Length: > 0 } inside ? inside : "."), Resolve.NoLinks);
            names.UnionWith(directory?.List().Select(e => Convert.ToHexString(e.Name)) ?? []);
        }
        return names.Count;
    }

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private static string Humanize(long bytes) => Inspecting.Humanize.Size(bytes);
}
