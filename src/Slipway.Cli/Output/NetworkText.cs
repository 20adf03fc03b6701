using Slipway.Engine.Containers;
using Slipway.Engine.Networks;

namespace Slipway.Cli.Output;

/// <summary>Networks and ports in the columns of lists, in docker's words.</summary>
internal static class NetworkText
{
    public static IEnumerable<string> NetworksOf(ContainerRequest request) =>
        NetworkManager.AttachmentsOf(request) is { Count: > 0 } attachments ? attachments.Select(a => a.Network) : [request.Network];

    /// <summary><c>0.0.0.0:8080-8081->80-81/tcp, 443/tcp</c>: those that follow one another as a range, and what is exposed and not published.</summary>
    public static string Ports(IEnumerable<PublishedRecord> published, IReadOnlyList<string> exposed)
    {
        List<PublishedRecord> ports = [.. published.OrderBy(p => p.HostAddress.ToString(), StringComparer.Ordinal).ThenBy(p => p.Protocol, StringComparer.Ordinal).ThenBy(p => p.ContainerPort)];
        List<string> shown = [];
        for (int first = 0, last = 0; first < ports.Count; first = ++last)
        {
            while (last + 1 < ports.Count && Follows(ports[last], ports[last + 1]))
                last++;
            PublishedRecord begin = ports[first], end = ports[last];
            shown.Add($"{PortParser.Show(begin.HostAddress)}:{Range(begin.HostPort, end.HostPort)}->{Range(begin.ContainerPort, end.ContainerPort)}/{begin.Protocol}");
        }
        shown.AddRange(exposed.Where(key => !ports.Exists(p => p.Key == key)));
        return string.Join(", ", shown);
    }

    private static bool Follows(PublishedRecord a, PublishedRecord b) =>
        a.HostAddress.Equals(b.HostAddress) && a.Protocol == b.Protocol && b.ContainerPort == a.ContainerPort + 1 && b.HostPort == a.HostPort + 1;

    private static string Range(ushort first, ushort last) => first == last ? $"{first}" : $"{first}-{last}";
}
