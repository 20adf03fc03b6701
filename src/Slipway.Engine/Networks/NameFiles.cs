using System.Net;
using System.Net.Sockets;
using System.Text;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Networks;

/// <summary>
/// A container's <c>/etc/hosts</c>, <c>/etc/hostname</c> and <c>/etc/resolv.conf</c>: files in its directory of the run root, mounted over those of
/// its image. What the container writes to resolv.conf stays until it is removed; the others are made at each start.
/// </summary>
internal sealed class NameFiles(string directory)
{
    private const string Hosts = "hosts", Hostname = "hostname", Resolv = "resolv.conf", Print = "resolv.print";
    private const int LargestOfOurs = 64 * 1024;
    private const string HostGateway = "host-gateway";

    // As docker writes them.
    private const string Ipv4Names = "127.0.0.1\tlocalhost\n";
    private const string Ipv6Names = "::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    /// <summary>Writes them.</summary>
    /// <param name="request">What the container asked for.</param>
    /// <param name="hostname">Its name.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <param name="gateway">The host, as it reaches it; null: not at all.</param>
    /// <param name="linked">Lines for linked containers.</param>
    /// <param name="resolv">Content of resolv.conf.</param>
    public void Write(ContainerRequest request, string hostname, IReadOnlyList<IPAddress> addresses, IPAddress? gateway, IEnumerable<string> linked, string resolv)
    {
        string name = NamesOf(request, hostname);
        bool six = HasIpv6(request);
        var hosts = new StringBuilder();
        if (request.Network == "host")
            hosts.Append(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts").TrimEnd('\n') + "\n" : "");
        else
            hosts.Append(Ipv4Names).Append(six ? Ipv6Names : "");
        foreach (string entry in request.ExtraHosts)
            hosts.Append(Extra(entry, gateway)).Append('\n');
        foreach (string line in linked)
            hosts.Append(line).Append('\n');
        foreach (IPAddress address in addresses.Where(a => six || a.AddressFamily == AddressFamily.InterNetwork))
            hosts.Append(address).Append('\t').Append(name).Append('\n');
        Write(Hosts, hosts.ToString());
        Write(Hostname, hostname + "\n");
        WriteResolv(resolv);
    }

    /// <summary>Adds a container's new addresses to the hosts file that it has by now.</summary>
    public static void Append(string directory, ContainerRequest request, string hostname, IEnumerable<IPAddress> addresses)
    {
        string name = NamesOf(request, hostname);
        string path = Path.Combine(directory, Hosts);
        if (File.Exists(path))
            File.AppendAllText(path, string.Concat(addresses.Where(a => HasIpv6(request) || a.AddressFamily == AddressFamily.InterNetwork).Select(a => $"{a}\t{name}\n")));
    }

    // Names for addresses that it can't use would only lead its programs astray.
    private static bool HasIpv6(ContainerRequest request) => request.Security.Sysctls.GetValueOrDefault("net.ipv6.conf.all.disable_ipv6") is not "1";

    /// <summary>Writes another resolv.conf for a container that runs; one that the container has changed stays.</summary>
    public void Rewrite(string resolv) => WriteResolv(resolv);

    // The whole name, then the one without its domain, also where the domain came with the name.
    private static string NamesOf(ContainerRequest request, string hostname) =>
        request.Domainname is { Length: > 0 } domain ? $"{hostname}.{domain} {hostname}"
        : hostname.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? $"{hostname} {hostname[..dot]}"
        : hostname;

    /// <summary>The mounts, for those of the three places where nothing else is mounted; over a volume on /etc too, but for one in which none of the files could be made.</summary>
    public static IEnumerable<MountSpec> Mounts(string directory, ContainerRequest request)
    {
        IReadOnlyList<MountRequest> others = request.Mounts;
        foreach (string name in (string[])[Resolv, Hostname, Hosts])
        {
            string destination = "/etc/" + name;
            if (others.All(m => m.Target != destination && !(m.Target == "/etc" && m.ReadOnly)))
                yield return new() { Destination = destination, Type = "bind", Source = Path.Combine(directory, name), Options = ["bind", "rprivate", request.Security.ReadOnly ? "ro" : "rw"] };
        }
    }

    /// <summary>Reads one <c>--add-host</c> value: the name, and the address or <c>host-gateway</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static (string Name, string Address) ParseExtra(string entry)
    {
        int at = entry.AsSpan().IndexOfAny(':', '=');
        string address = at < 0 ? "" : entry[(at + 1)..].Trim('[', ']');
        return at > 0 && (address == HostGateway || AddressText.TryParse(address, out _)) && !entry.AsSpan().ContainsAny('\n', ' ', '\t')
            ? (entry[..at], address)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"bad format for add-host: \"{Linux.Printable.Escape(entry)}\": want NAME:ADDRESS, or NAME:host-gateway");
    }

    private static string Extra(string entry, IPAddress? gateway)
    {
        (string name, string address) = ParseExtra(entry);
        if (address != HostGateway)
            return $"{address}\t{name}";
        return gateway is not null
            ? $"{gateway}\t{name}"
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"unable to derive the IP value for {HostGateway}: this container has no network that leads to the host");
    }

    // The fingerprint of what we wrote last tells whether the container has changed it since.
    private void WriteResolv(string content)
    {
        string path = Path.Combine(directory, Resolv), printPath = Path.Combine(directory, Print);
        if (File.Exists(path) && File.Exists(printPath))
        {
            if (new FileInfo(path).Length > LargestOfOurs || Fingerprint.Of(File.ReadAllText(path)) != File.ReadAllText(printPath))
                return;
        }
        Write(Resolv, content);
        File.WriteAllText(printPath, Fingerprint.Of(content));
    }

    // In place: a container that runs sees the file that was mounted, and no other.
    private void Write(string name, string content)
    {
        const UnixFileMode Everyone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        string path = Path.Combine(directory, name);
        bool isNew = !File.Exists(path);
        File.WriteAllText(path, content);
        if (isNew)
            File.SetUnixFileMode(path, Everyone);
    }
}
