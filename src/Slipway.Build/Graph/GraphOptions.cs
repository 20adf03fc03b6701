using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>What the caller says about a build, as far as the graph depends on it.</summary>
internal sealed record GraphOptions
{
    public IReadOnlyDictionary<string, string> BuildArgs { get; init; } = new Dictionary<string, string>();

    public string? Target { get; init; }

    /// <summary>What the image is for.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>Whether nobody asked for <see cref="Platform"/>: then a base image for another is taken as it is.</summary>
    public bool IsPlatformImplicit { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Names that stand for something other than a stage or an image of that name.</summary>
    public IReadOnlyDictionary<string, NamedContext> Contexts { get; init; } = new Dictionary<string, NamedContext>();

    /// <summary>What steps are allowed beyond the usual: <c>network.host</c>, <c>security.insecure</c>.</summary>
    public IReadOnlySet<string> Allowed { get; init; } = new HashSet<string>();

    /// <summary>The network of RUN steps that don't say: default, none or host.</summary>
    public string Network { get; init; } = "default";

    /// <summary>What every RUN step has.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>Every stage becomes steps, needed or not: for the checks.</summary>
    public bool AllStages { get; init; }

    /// <summary>What every time in the image is clamped to.</summary>
    public DateTimeOffset Epoch { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>What .dockerignore leaves out, for the checks; null where there is nothing to say.</summary>
    public Func<string, bool>? IsIgnored { get; init; }
}

/// <summary>Limits and names of RUN steps, of the caller's choosing.</summary>
/// <param name="Ulimits">Name, soft and hard limit of each.</param>
/// <param name="ShmSize">Bytes of /dev/shm; null for the default.</param>
/// <param name="Hosts">Lines for /etc/hosts: name, and address or <see cref="HostGateway"/>.</param>
/// <param name="Hostname">The step's host name.</param>
public sealed record StepLimits(IReadOnlyList<Ulimit> Ulimits, long? ShmSize, IReadOnlyList<(string Host, string Address)> Hosts, string Hostname)
{
    /// <summary>In place of an address: the host's, as the step reaches it.</summary>
    public const string HostGateway = "host-gateway";

    /// <summary>Nothing special. The host name is always the same: what a step sees must not differ from build to build.</summary>
    public static StepLimits None { get; } = new([], null, [], "buildstep");

    /// <summary>Reads <c>NAME:ADDRESS</c>, or <c>NAME=ADDRESS</c>; the address may be <see cref="HostGateway"/>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static (string Host, string Address) ParseHost(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // An address may have colons itself, and brackets around it.
        int at = text.AsSpan().IndexOfAny('=', ':');
        string address = at <= 0 ? "" : text[(at + 1)..].Trim('[', ']');
        bool isName = at > 0 && text.AsSpan(0, at).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") < 0;
        if (isName && address == HostGateway)
            return (text[..at], address);
        return isName && System.Net.IPAddress.TryParse(address, out System.Net.IPAddress? parsed)
            ? (text[..at], parsed.ToString())
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{Linux.Printable.Escape(text)}\" for \"--add-host\" flag: want NAME:ADDRESS or NAME:host-gateway");
    }
}

/// <summary>A resource limit (getrlimit(2)): <c>nofile=1024:2048</c>.</summary>
/// <param name="Name">As docker writes it: lower-case, without RLIMIT_.</param>
/// <param name="Soft">What holds.</param>
/// <param name="Hard">What a process may raise it to.</param>
public sealed record Ulimit(string Name, ulong Soft, ulong Hard);
