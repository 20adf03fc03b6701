using System.Net;
using Slipway.Linux.Processes;

namespace Slipway.Engine.Networks;

/// <summary>How this host looks up names: its resolv.conf (resolv.conf(5)).</summary>
/// <param name="Servers">Its name servers.</param>
/// <param name="Search">Domains for short names.</param>
/// <param name="Options">Options.</param>
internal sealed record HostResolver(IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, IReadOnlyList<string> Options)
{
    private const string Path = "/etc/resolv.conf", BehindStub = "/run/systemd/resolve/resolv.conf";
    private static readonly IPAddress s_stub = IPAddress.Parse("127.0.0.53");

    /// <summary>Those that a container reaches too: not the ones on the host's loopback device.</summary>
    public IReadOnlyList<IPAddress> Reachable => [.. Servers.Where(server => !IPAddress.IsLoopback(server))];

    /// <summary>Whether all are on its loopback device: then a container of the default network can't ask them itself.</summary>
    public bool IsOutOfReach => Servers.Count > 0 && Reachable.Count == 0;

    /// <summary>Reads it; where it only names systemd-resolved's stub, what stands behind that.</summary>
    public static HostResolver Read()
    {
        HostResolver own = Parse(SmallFile.TryReadText(Path) ?? "");
        return own.Servers is [var only] && only.Equals(s_stub) && SmallFile.TryReadText(BehindStub) is { } behind ? Parse(behind) : own;
    }

    internal static HostResolver Parse(string text)
    {
        List<IPAddress> servers = [];
        string[] search = [], options = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when IPAddress.TryParse(server, out IPAddress? address):
                    servers.Add(address);
                    break;
                case ["search" or "domain", .. var domains]:
                    search = domains;
                    break;
                case ["options", .. var more]:
                    options = [.. options, .. more];
                    break;
                default:
                    break;
            }
        }
        return new(servers, search, options);
    }
}
