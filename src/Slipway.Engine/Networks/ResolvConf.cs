using System.Net;
using System.Text;
using Slipway.Network.Dns;

namespace Slipway.Engine.Networks;

/// <summary>A container's resolv.conf(5): what it asked for, and the host's for the rest.</summary>
/// <param name="host">How the host looks up names.</param>
internal sealed class ResolvConf(HostResolver host)
{
    /// <summary>Whether the container has the host's network, and reaches all servers that the host reaches.</summary>
    public bool IsOfHost { get; init; }

    /// <summary>Whether the container may write to it.</summary>
    public bool IsKept { get; init; }

    public IReadOnlyList<string> Servers { get; init; } = [];

    public IReadOnlyList<string> Search { get; init; } = [];

    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The file.</summary>
    /// <param name="serves">The container has a name server of its own, which asks those servers.</param>
    public string Text(bool serves)
    {
        var text = new StringBuilder("# Made by Slipway from this host's /etc/resolv.conf").Append(IsKept ? "; what is changed here stays until the container is removed.\n" : ".\n");
        IEnumerable<IPAddress> reached = IsOfHost ? host.Servers : host.Reachable;
        IEnumerable<string> servers = serves ? [ResolverSockets.Address.ToString()] : Servers.Count > 0 ? Servers : reached.Select(s => s.ToString());
        foreach (string server in servers)
            text.Append("nameserver ").Append(server).Append('\n');
        IReadOnlyList<string> search = Search.Count > 0 ? [.. Search.Where(d => d != ".")] : host.Search;
        if (search.Count > 0)
            text.Append("search ").AppendJoin(' ', search).Append('\n');
        List<string> options = [.. Options.Count > 0 ? Options : host.Options];
        if (serves && !options.Exists(o => o.StartsWith("ndots:", StringComparison.Ordinal)))
            options.Add("ndots:0");
        if (options.Count > 0)
            text.Append("options ").AppendJoin(' ', options).Append('\n');
        return text.ToString();
    }
}
