using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Engine.Filters;
using Slipway.Engine.Networks;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

/// <summary>Which containers a list takes: docker's filters, all of which must hold (of one key, any). See <see cref="ContainerManager.ReadFilter"/>.</summary>
public sealed class ContainerFilter
{
    private static readonly string[] s_states = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
    private static readonly string[] s_health = ["none", "starting", "healthy", "unhealthy"];
    private readonly FilterList _wanted;
    private readonly Regex[] _ids;
    private readonly Regex[] _names;
    private readonly int[] _exitCodes;
    private readonly DateTimeOffset? _before;
    private readonly DateTimeOffset? _since;
    private readonly ImageRecord[]? _ancestors;
    private readonly string[] _networks;
    private readonly EngineContext _context;

    internal ContainerFilter(FilterList wanted, EngineContext context, Func<string, ContainerRecord> find)
    {
        _wanted = wanted;
        _context = context;
        _ids = [.. wanted["id"].Select(TextPattern.Parse)];
        _names = [.. wanted["name"].Select(TextPattern.Parse)];
        _exitCodes = [.. wanted["exited"].Select(v => int.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int code) ? code : throw FilterList.Invalid("exited", v, "it is an exit code"))];
        _before = wanted["before"].Select(n => (DateTimeOffset?)find(n).Created).Min();
        _since = wanted["since"].Select(n => (DateTimeOffset?)find(n).Created).Max();
        _ancestors = wanted.Has("ancestor") ? [.. wanted["ancestor"].Select(context.Store.Images.FindNamed).OfType<ImageRecord>()] : null;
        // By name or by id.
        _networks = [.. wanted["network"].Select(n => NetworkManager.Find(context, n)?.Name ?? n)];
        foreach (string key in (ReadOnlySpan<string>)["expose", "publish"])
        {
            if (wanted[key].FirstOrDefault(p => PortsOf(p) is null) is { } noPort)
                throw FilterList.Invalid(key, noPort, "a port or a range of ports: 80, 53/udp, 8000-8080/tcp");
        }
        Require(wanted, "status", s_states);
        Require(wanted, "health", s_health);
        Require(wanted, "is-task", ["true", "false", "1", "0"]);
    }

    /// <summary>The keys that there are. <c>isolation</c> tells kinds of containers of Windows apart: on Linux every container has any, as with docker.</summary>
    internal static string[] Keys { get; } = ["ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network", "publish", "since", "status", "volume"];

    /// <summary>Whether it asks for a state, and so also for containers that don't run.</summary>
    public bool AsksForStatus => _wanted.Has("status");

    /// <summary>Whether a container is taken.</summary>
    public bool Matches(ContainerRecord container) =>
        (_ids.Length == 0 || _ids.Any(i => i.IsMatch(container.Id)))
        && (_names.Length == 0 || _names.Any(n => n.IsMatch(container.Name) || n.IsMatch("/" + container.Name)))
        && _wanted.Any("status", status => status == container.State)
        // None is a task of a swarm's.
        && _wanted.Any("is-task", task => task is "false" or "0")
        && _wanted.Any("health", health => health == (container.Health?.Status ?? "none"))
        && (_exitCodes.Length == 0 || (!container.IsRunning && container.StartedAt is not null && _exitCodes.Contains(container.ExitCode)))
        && (_before is not { } before || container.Created < before)
        && (_since is not { } since || container.Created > since)
        && (_networks.Length == 0 || NetworkManager.AttachmentsOf(container.Request).Select(a => a.Network).Append(container.Request.Network).Any(_networks.Contains))
        && _wanted.Any("volume", volume => container.Request.Mounts.Any(m => m.Source == volume || m.Target == volume))
        && _wanted.Any("expose", port => HasPort(NetworkManager.Exposed(container.Request, ImageOf(container)), port))
        && _wanted.Any("publish", port => container.IsRunning && HasPort(_context.Networks.PublishedOf(container.Id).Select(p => $"{p.HostPort}/{p.Protocol}"), port))
        && (!_wanted.Has("label") || _wanted.Labels(container.LabelsWith(ImageOf(container))))
        && (_ancestors is null || (ImageOf(container) is { } image && _ancestors.Any(a => StandsOn(image, a))));

    // An image descends from another when it begins with all of its layers, and with all of its history: a LABEL is no layer.
    private static bool StandsOn(ImageRecord image, ImageRecord ancestor) => image.Id == ancestor.Id
        || (BeginsWith(image.ChainIds, ancestor.ChainIds) && BeginsWith(image.Config.History ?? [], ancestor.Config.History ?? []));

    private static bool BeginsWith<T>(IReadOnlyList<T> all, IReadOnlyList<T> first) => all.Count >= first.Count && all.Take(first.Count).SequenceEqual(first);

    private ImageRecord? ImageOf(ContainerRecord container) => _context.Store.Images.Find(container.ImageId.ToString());

    // "80", "80/tcp" or "8000-8080/udp", of ports of the container, or published ones of the host.
    private static bool HasPort(IEnumerable<string> ports, string wanted)
    {
        (int from, int to, string protocol) = PortsOf(wanted)!.Value;
        return ports.Any(p => PortsOf(p) is { } port && port.Protocol == protocol && port.From <= to && port.To >= from);
    }

    private static (int From, int To, string Protocol)? PortsOf(string text)
    {
        string[] parts = text.Split('/');
        string[] ends = parts[0].Split('-');
        return parts.Length <= 2 && ends.Length <= 2 && ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort from)
            && ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort to) ? (from, to, parts.Length == 2 ? parts[1] : "tcp") : null;
    }

    private static void Require(FilterList wanted, string key, string[] values)
    {
        if (wanted[key].FirstOrDefault(v => !values.Contains(v)) is { } wrong)
            throw FilterList.Invalid(key, wrong, $"it is one of {string.Join(", ", values)}");
    }
}
