using Slipway.Oci;

namespace Slipway.Engine.Devices;

/// <summary>Devices that are asked of a driver (docker's DeviceRequest): by the names of the Container Device Interface, or GPUs by number.</summary>
public sealed record DriverRequest
{
    /// <summary>The driver of <see cref="Cdi"/>'s requests.</summary>
    public const string CdiDriver = "cdi";

    private const string Gpu = "gpu", Nvidia = "nvidia";

    /// <summary><c>cdi</c>; or whose GPUs; empty: anybody's.</summary>
    public string Driver { get; init; } = "";

    /// <summary>How many; -1: all.</summary>
    public int Count { get; init; }

    /// <summary>Which ones.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>What they have to be capable of: a word list, comma-separated, any of which will do.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>What the driver is told besides.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The request for devices by their qualified names.</summary>
    public static DriverRequest Cdi(IReadOnlyList<string> names) => new() { Driver = CdiDriver, Ids = names };

    /// <summary>The qualified names of what these ask for.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: there is no such driver, or no GPU.</exception>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<DriverRequest> requests, CdiRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(registry);
        return [.. requests.SelectMany(r => r.Driver == CdiDriver ? r.Ids : r.GpusOf(registry))];
    }

    // A GPU's vendor describes it as vendor/gpu=NUMBER, and all of them as vendor/gpu=all.
    private IEnumerable<string> GpusOf(CdiRegistry registry)
    {
        string[] names = [.. registry.Names];
        string[] kinds = [.. names.Select(n => n[..n.IndexOf('=', StringComparison.Ordinal)]).Where(k => k.EndsWith("/" + Gpu, StringComparison.Ordinal)).Distinct()];
        string? kind = Driver.Length > 0 ? Array.Find(kinds, k => k.StartsWith(Driver + ".", StringComparison.Ordinal)) : Array.Find(kinds, k => k.StartsWith(Nvidia + ".", StringComparison.Ordinal)) ?? kinds.FirstOrDefault();
        if (kind is null || !Capabilities.Any(c => c.Split(',').Contains(Gpu)))
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"could not select device driver \"{Driver}\" with capabilities: [{string.Join(' ', Capabilities.Select(c => $"[{c.Replace(',', ' ')}]"))}]")
            {
                Hint = "GPUs are found by what their vendor's program describes (nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml); without one, give their nodes: --device /dev/dri",
            };
        }
        // Of more than there are, the first that isn't there says so.
        IEnumerable<string> ids = Ids.Count > 0 ? Ids : Count < 0 ? ["all"] : Enumerable.Range(0, Math.Min(Count, names.Length + 1)).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return ids.Select(id => $"{kind}={id}");
    }
}
